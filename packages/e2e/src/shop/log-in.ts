import { type Browser, createBrowser } from '@zt/kit/testing';
import * as client from 'openid-client';
import { type LogInPage, ownPage } from './log-in-page.ts';

export interface LogInOptions {
  /** URL of the OpenID Provider. */
  readonly issuer: string;
  /** PEM of the authorities that may vouch for it: the trust bundle. */
  readonly ca: string | readonly string[];
  readonly user: string;
  readonly password: string;
  /** All that the page's clients ask for, unless told otherwise. */
  readonly scopes?: readonly string[];
  /** What the provider's page looks like: the own provider's, unless told otherwise. */
  readonly page?: LogInPage;
}

/** Nobody listens there: the browser below is ours, and stops where it would be sent on to the command line. */
const redirectUri = 'http://127.0.0.1:49152/callback';

/**
 * Logs a user in, playing the user's browser as well: authorization code with PKCE (RFC 7636, RFC 8252).
 * Gives the access token for the gateway. Throws a `LogInError` where the provider says no.
 */
export async function logIn({ issuer, ca, page = ownPage, ...options }: LogInOptions): Promise<string> {
  const { scopes = page.scopes } = options;
  const browser = createBrowser(ca);
  try {
    const configuration = await client.discovery(new URL(issuer), page.clientId, undefined, client.None(), {
      [client.customFetch]: (url, init) =>
        browser.fetchWithoutCookies(url, init as never) as unknown as Promise<Response>,
    });
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: ['openid', ...scopes].join(' '),
      state: expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const callback = await followToCallback(browser, url, issuer, { ...options, form: page.form });
    const tokens = await client.authorizationCodeGrant(configuration, callback, { pkceCodeVerifier, expectedState });
    return tokens.access_token;
  } finally {
    await browser.close();
  }
}

/** The provider does not let this user in. */
export class LogInError extends Error {
  override readonly name = 'LogInError';
}

async function followToCallback(
  browser: Browser,
  start: URL,
  issuer: string,
  { user, password, form }: Pick<LogInOptions, 'user' | 'password'> & Pick<LogInPage, 'form'>,
): Promise<URL> {
  const page = await browser.follow(start.href, issuer);
  if (page.response === null) return new URL(page.url);
  if (page.response.status !== 200) throw new LogInError(`the login page answers with ${page.response.status}`);
  const answer = await browser.submit(page.url, form(user, password));
  const location = answer.headers.get('location');
  if (answer.status === 401) throw new LogInError(`the password of ${user} is wrong, or there is no such user`);
  if (answer.status === 429) throw new LogInError(`there were too many attempts to log in as ${user}; wait a minute`);
  if (location === null) throw new LogInError(`the login page answers with ${answer.status}`);
  return new URL((await browser.follow(new URL(location, page.url).href, issuer)).url);
}
