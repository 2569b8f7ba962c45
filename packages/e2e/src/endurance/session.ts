import { decodeJwt } from 'jose';
import { logInAt } from '../shop/log-in-at.ts';
import type { StackDescription } from '../stack-description.ts';

/** A user's access token, got by logging in, and again before it ends. */
export interface Session {
  token(): Promise<string>;
  /** The gateway did not take the token in hand. */
  refused(): void;
}

/** Of a token's life, the part in which it is used. */
const usedLife = 0.7;

export function createSession(logInAgain: () => Promise<string>, now: () => number = Date.now): Session {
  let held: { readonly token: string; readonly until: number } | null = null;
  let pending: Promise<string> | null = null;

  async function renew(): Promise<string> {
    const token = await logInAgain();
    const { exp = 0 } = decodeJwt(token);
    held = { token, until: now() + (exp * 1000 - now()) * usedLife };
    return token;
  }

  return {
    async token() {
      if (held !== null && now() < held.until) return held.token;
      pending ??= renew().finally(() => {
        pending = null;
      });
      return await pending;
    },
    refused() {
      held = null;
    },
  };
}

export function sessionOf(stack: StackDescription, user: string): Session {
  return createSession(() => logInAt(stack, user));
}
