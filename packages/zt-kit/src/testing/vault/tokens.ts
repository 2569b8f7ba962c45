import { randomBytes } from 'node:crypto';
import { inSeconds, type Life, timeToLive } from './time-to-live.ts';

/** What a login got. Renewed, it is another object of the same value. */
export interface Token {
  readonly value: string;
  readonly accessor: string;
  readonly displayName: string;
  readonly policies: readonly string[];
  readonly entityId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly life: Life;
  readonly issuedAt: Date;
  /** How long it was to live when it was given out. */
  readonly firstSeconds: number;
  readonly expiresAt: Date;
}

export type NewToken = Omit<Token, 'value' | 'accessor' | 'issuedAt' | 'firstSeconds' | 'expiresAt'>;

export interface Tokens {
  issue(token: NewToken, now: Date): Token;
  /** Null where it is unknown, revoked or over. */
  find(value: string | undefined, now: Date): Token | null;
  renew(
    token: Token,
    incrementSeconds: number,
    now: Date,
  ): { readonly token: Token; readonly warnings: readonly string[] };
  revoke(token: Token): void;
}

/** The tokens that are in force, in memory. */
export function createTokens(): Tokens {
  const held = new Map<string, Token>();

  function forgetEnded(now: Date): void {
    for (const { value, expiresAt } of held.values()) if (expiresAt <= now) held.delete(value);
  }

  return {
    issue(wanted, now) {
      forgetEnded(now);
      const { seconds } = timeToLive(wanted.life, { incrementSeconds: 0, issuedAt: now, now });
      const token = Object.freeze({
        ...wanted,
        value: `hvs.${randomBytes(69).toString('base64url')}`,
        accessor: randomBytes(18).toString('base64url'),
        issuedAt: now,
        firstSeconds: seconds,
        expiresAt: inSeconds(now, seconds),
      });
      held.set(token.value, token);
      return token;
    },
    find(value, now) {
      const token = value === undefined ? undefined : held.get(value);
      return token === undefined || token.expiresAt <= now ? null : token;
    },
    renew(token, incrementSeconds, now) {
      const { seconds, warnings } = timeToLive(token.life, { incrementSeconds, issuedAt: token.issuedAt, now });
      const renewed = Object.freeze({ ...token, expiresAt: inSeconds(now, seconds) });
      held.set(token.value, renewed);
      return { token: renewed, warnings };
    },
    revoke(token) {
      held.delete(token.value);
    },
  };
}
