import { createWindowCounter, type WindowCounterOptions } from './window-counter.ts';

const windowSeconds = 10;
const mostOfOneAddress = 20;
const mostInAll = 200;

/** Says which refused handshakes get a record of their own. Nobody has proved who he is there: anyone can make them. */
export interface HandshakeFlood {
  /**
   * Null where this one gets none. Otherwise how many got none since the last one that did; `remote` is `host:port`.
   */
  admit(remote: string): { readonly suppressed: number } | null;
}

/** 20 in ten seconds from one address and 200 in all, so that a flood fills neither the disk nor the ledger. */
export function createHandshakeFlood(options: Pick<WindowCounterOptions, 'elapsedMs'> = {}): HandshakeFlood {
  const counter = createWindowCounter(options);
  let suppressed = 0;
  return {
    admit(remote) {
      const address = remote.slice(0, Math.max(remote.lastIndexOf(':'), 0));
      const tooMany =
        counter.count(`of ${address}`, windowSeconds) > mostOfOneAddress ||
        counter.count('in all', windowSeconds) > mostInAll;
      if (tooMany) {
        suppressed += 1;
        return null;
      }
      const before = suppressed;
      suppressed = 0;
      return { suppressed: before };
    },
  };
}
