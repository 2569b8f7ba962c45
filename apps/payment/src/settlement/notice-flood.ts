import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Bounds what strangers can have recorded: anyone may send to this door, and each refusal is a record on disk. */
export interface NoticeFlood {
  /** False where this address had enough refused for now: then its notice is not looked at. */
  begin(address: string): Promise<boolean>;
  /** A notice that was taken does not count. */
  taken(address: string): Promise<void>;
}

export interface NoticeFloodOptions {
  /** Told once per window that this address is not listened to. */
  readonly onLimited: (address: string) => void;
  readonly refusedPerAddress?: number;
}

/** How long an address is not listened to. */
export const windowSeconds = 10;

/** Counts in memory, by address. The card network sends again what was not looked at. */
export function createNoticeFlood({ onLimited, refusedPerAddress = 100 }: NoticeFloodOptions): NoticeFlood {
  const addresses = new RateLimiterMemory({ points: refusedPerAddress, duration: windowSeconds });
  return {
    async begin(address) {
      // Counted before the notice is looked at: a thousand at once must not all pass before the first was refused.
      try {
        await addresses.consume(address);
        return true;
      } catch (counted) {
        if (!(counted instanceof RateLimiterRes)) throw counted;
        if (counted.consumedPoints === refusedPerAddress + 1) onLimited(address);
        return false;
      }
    },
    async taken(address) {
      await addresses.reward(address);
    },
  };
}
