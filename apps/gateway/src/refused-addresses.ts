import { addressGroupOf } from './address-group.ts';

/** What was refused in one stretch of time because an address asked too often. */
export interface RefusedSum {
  readonly requests: number;
  /** The address that was refused most often. */
  readonly address: string;
  readonly requestsOfAddress: number;
}

/** Adds up refusals: a flood must leave a trace, and must not make one record for each of its requests. */
export interface RefusedAddresses {
  add(address: string): void;
  /** Reports what is not yet reported. */
  close(): void;
}

/** Past so many addresses at once only their sum is known. */
const mostAddresses = 1_000;

/** Reports at most once per `everyMs`, and nothing where nothing was refused. */
export function createRefusedAddresses(options: {
  readonly onSum: (sum: RefusedSum) => void;
  readonly everyMs?: number;
}): RefusedAddresses {
  const { onSum, everyMs = 10_000 } = options;
  const byAddress = new Map<string, number>();
  let requests = 0;
  let timer: NodeJS.Timeout | undefined;

  function report(): void {
    clearTimeout(timer);
    timer = undefined;
    if (requests === 0) return;
    const most = [...byAddress].reduce((left, right) => (right[1] > left[1] ? right : left));
    onSum({ requests, address: most[0], requestsOfAddress: most[1] });
    byAddress.clear();
    requests = 0;
  }

  return {
    add(address) {
      const group = addressGroupOf(address);
      const before = byAddress.get(group);
      if (before !== undefined || byAddress.size < mostAddresses) byAddress.set(group, (before ?? 0) + 1);
      requests += 1;
      timer ??= setTimeout(report, everyMs).unref();
    },
    close: report,
  };
}
