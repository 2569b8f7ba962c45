import { readFile } from 'node:fs/promises';
import { createBrowser } from '@zt/kit/testing';
import type { StackDescription } from '../stack-description.ts';
import { logInOnDevicePages, logOutInBrowser } from './device-pages.ts';
import { createOidcClient, type UserTokens } from './oidc-client.ts';
import { readPasswords } from './users.ts';

/** A user who has logged in at the command line, with the browser that was used for it. */
export interface UserSession {
  readonly tokens: UserTokens;
  refresh(refreshToken: string): Promise<UserTokens>;
  revoke(refreshToken: string): Promise<void>;
  /** In the browser. */
  logOut(): Promise<void>;
  close(): Promise<void>;
}

/** Logs a demo user in with the device flow, playing both the command line and the user's browser. */
export async function openUserSession(
  stack: Pick<StackDescription, 'issuerUrl' | 'issuerBundleFile' | 'usersFile'>,
  user: string,
): Promise<UserSession> {
  const { issuerUrl: issuer } = stack;
  const { [user]: password } = await readPasswords(stack.usersFile);
  if (password === undefined) throw new Error(`the stack has no user ${user}`);
  const ca = await readFile(stack.issuerBundleFile, 'utf8');
  const browser = createBrowser(ca);
  const oidc = await createOidcClient({ issuer, ca });
  const close = async (): Promise<void> => {
    await Promise.all([browser.close(), oidc.close()]);
  };
  try {
    const login = await oidc.startDeviceLogin();
    await logInOnDevicePages({ browser, issuer, code: login.code, user, password });
    const tokens = await login.tokens();
    const { refresh, revoke } = oidc;
    return { tokens, refresh, revoke, logOut: () => logOutInBrowser(browser, issuer), close };
  } catch (error) {
    await close();
    throw error;
  }
}
