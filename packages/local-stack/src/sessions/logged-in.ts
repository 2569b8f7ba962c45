import { readFile } from 'node:fs/promises';
import { createOidcClient, type OidcClient, pageOf, type UserTokens } from '@zt/e2e/shop';
import type { StackDescription } from '@zt/e2e/stack-description';
import type { KeptSession, KeptSessions } from './kept-sessions.ts';

type Issuer = Pick<StackDescription, 'issuerUrl' | 'issuerBundleFile' | 'userIssuer'>;

/** Lends the command line's client of the stack's provider. */
export async function withOidcClient<Result>(
  stack: Issuer,
  work: (oidc: OidcClient) => Promise<Result>,
): Promise<Result> {
  const ca = await readFile(stack.issuerBundleFile, 'utf8');
  const oidc = await createOidcClient({ issuer: stack.issuerUrl, ca, page: pageOf(stack) });
  try {
    return await work(oidc);
  } finally {
    await oidc.close();
  }
}

/**
 * An access token of whoever is logged in at the command line under this name; null where nobody is. The refresh token is
 * used, and the one that comes back is kept before anything else. Throws an error for people where the login is over.
 */
export async function tokenOfLoggedIn(stack: Issuer, kept: KeptSessions, user: string): Promise<string | null> {
  if ((await kept.read(user)) === null) return null;
  return await kept.alone(user, async () => {
    const session = await kept.read(user);
    if (session === null) return null;
    const tokens = await withOidcClient(stack, (oidc) => oidc.refresh(session.refreshToken)).catch(async (error) => {
      if (!isOver(error)) throw error;
      await kept.remove(user);
      throw new Error(`the login of ${user} is over: log in again with zt login`, { cause: error });
    });
    await kept.write(keptSessionOf(tokens, session.issuer, session.loggedInAt));
    return tokens.accessToken;
  });
}

export function keptSessionOf(tokens: UserTokens, issuer: string, loggedInAt: string): KeptSession {
  return { user: tokens.user, issuer, refreshToken: tokens.refreshToken, loggedInAt };
}

function isOver(error: unknown): boolean {
  return error instanceof Error && 'error' in error && error.error === 'invalid_grant';
}
