import { refusedHandshakeLimits } from '../limits.ts';
import type { HandshakeRefusal } from '../mtls/mtls-listener.ts';
import { createWindowCounter, type WindowCounterOptions } from './window-counter.ts';

const { windowSeconds, recordsOfAddress, recordsInAll } = refusedHandshakeLimits;

type Refusal = Pick<HandshakeRefusal, 'reason' | 'remote'>;

/** Says which refused handshakes get a record of their own. Nobody has proved who he is there: anyone can make them. */
export interface HandshakeFlood<Refused extends Refusal> {
  /** Null where this one gets none for now. Otherwise how many got none since the last one that did. */
  admit(refusal: Refused): { readonly suppressed: number } | null;
}

export interface HandshakeFloodOptions<Refused extends Refusal> extends Pick<WindowCounterOptions, 'elapsedMs'> {
  /** Told of the last one that got no record, and of how many had none before it, where ten seconds brought no other. */
  readonly onRest?: (last: Refused, suppressed: number) => void;
}

/**
 * Of each reason 20 in ten seconds from one address and 200 in all, so that a flood fills neither the disk nor the ledger.
 * What anyone can cause hides nothing that takes a certificate of the trust domain.
 */
export function createHandshakeFlood<Refused extends Refusal>(
  options: HandshakeFloodOptions<Refused> = {},
): HandshakeFlood<Refused> {
  const { onRest, ...counting } = options;
  const counter = createWindowCounter(counting);
  let suppressed = 0;
  let last: Refused | undefined;
  let isTimed = false;

  function tellRest(): void {
    isTimed = false;
    if (last === undefined || suppressed === 0) return;
    onRest?.(last, suppressed - 1);
    suppressed = 0;
  }

  return {
    admit(refusal) {
      const { reason, remote } = refusal;
      const address = remote.slice(0, Math.max(remote.lastIndexOf(':'), 0));
      const tooMany =
        counter.count(`${reason} of ${address}`, windowSeconds) > recordsOfAddress ||
        counter.count(`${reason} in all`, windowSeconds) > recordsInAll;
      if (tooMany) {
        suppressed += 1;
        last = refusal;
        if (!isTimed) setTimeout(tellRest, windowSeconds * 1000).unref();
        isTimed = true;
        return null;
      }
      const before = suppressed;
      suppressed = 0;
      return { suppressed: before };
    },
  };
}
