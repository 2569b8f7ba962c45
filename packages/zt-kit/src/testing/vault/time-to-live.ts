import { VaultRefusal } from './vault-refusal.ts';

/** Of what Vault was not told the life of: 32 days. */
const systemSeconds = 32 * 24 * 3600;

const secondsOf: Readonly<Record<string, number>> = { d: 24 * 3600, h: 3600, m: 60, s: 1 };

/** Seconds of a duration as Vault takes it: `60`, `'60'`, `'60s'`, `'1h30m'`; 0 where there is none. Throws a `TypeError`. */
export function parseSeconds(value: unknown): number {
  if (value === undefined || value === null || value === '') return 0;
  const said = String(value);
  if (Number(said) < 0) throw new TypeError(`cannot provide negative value '${said}'`);
  if (/^\d+$/.test(said)) return Number(said);
  if (!/^(\d+[dhms])+$/.test(said)) throw new TypeError(`time: invalid duration ${JSON.stringify(said)}`);
  return [...said.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, n, unit = 's']) => sum + Number(n) * (secondsOf[unit] ?? 0),
    0,
  );
}

/** The same of a field of a request. */
export function secondsOfField(data: Readonly<Record<string, unknown>> | null, field: string): number {
  try {
    return parseSeconds(data?.[field]);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw new VaultRefusal(400, `Field validation failed: error converting input for field "${field}": ${why}`);
  }
}

export interface Life {
  /** 0 for the system's own. */
  readonly ttlSeconds: number;
  /** Counted from when it was given out; 0 for the system's own. */
  readonly maxTtlSeconds: number;
  /** Above 0: renewed for so long each time, without an end. */
  readonly periodSeconds: number;
}

/**
 * For how long a token or a lease holds from now on, by Vault's rule: what is asked for, or else its usual life, no
 * longer than its longest one. Counted in whole seconds.
 */
export function timeToLive(
  life: Life,
  asked: { readonly incrementSeconds: number; readonly issuedAt: Date; readonly now: Date },
): { readonly seconds: number; readonly warnings: readonly string[] } {
  if (life.periodSeconds > 0) return { seconds: life.periodSeconds, warnings: [] };
  const wanted = asked.incrementSeconds || life.ttlSeconds || systemSeconds;
  const used = wholeSeconds(asked.now) - wholeSeconds(asked.issuedAt);
  const left = Math.min(life.maxTtlSeconds || systemSeconds, systemSeconds) - used;
  if (left <= 0) throw new VaultRefusal(400, 'past the max TTL, cannot renew');
  if (wanted <= left) return { seconds: wanted, warnings: [] };
  const told = `TTL of "${spell(wanted)}" exceeded the effective max_ttl of "${spell(left)}"`;
  return { seconds: left, warnings: [`${told}; TTL value is capped accordingly`] };
}

export function inSeconds(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}

/** Whole seconds until then, never below 0. */
export function secondsUntil(end: Date, now: Date): number {
  return Math.max(0, Math.floor((end.getTime() - now.getTime()) / 1000));
}

function wholeSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** `1h30m`, without parts that are 0 at its end. */
function spell(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return s > 0 ? `${h}h${m}m${s}s` : m > 0 ? `${h}h${m}m` : `${h}h`;
  if (m > 0) return s > 0 ? `${m}m${s}s` : `${m}m`;
  return `${s}s`;
}
