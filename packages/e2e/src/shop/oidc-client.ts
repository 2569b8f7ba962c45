import { type Browser, createBrowser } from '@zt/kit/testing';
import * as client from 'openid-client';
import { type LogInPage, ownPage } from './log-in-page.ts';

/** Where users log in, and as which client. */
export interface OidcClientOptions {
  readonly issuer: string;
  /** PEM of the authorities that may vouch for it. */
  readonly ca: string | readonly string[];
  readonly page?: Pick<LogInPage, 'clientId' | 'scopes'>;
}

/** What a login gives. Both tokens are secrets. */
export interface UserTokens {
  readonly user: string;
  readonly accessToken: string;
  /** Works once, and gives another one. */
  readonly refreshToken: string;
  readonly endsAt: Date;
}

/** A login that waits for its user to type a code into a browser (RFC 8628). */
export interface DeviceLogin {
  /** Where the code is typed. */
  readonly url: string;
  readonly code: string;
  readonly endsAt: Date;
  /** Asks as often as it may until the user has logged in. Rejects where the user says no, or the time is up. */
  tokens(signal?: AbortSignal): Promise<UserTokens>;
}

/** The command line as a client of the OpenID Provider. It keeps nothing. */
export interface OidcClient {
  startDeviceLogin(): Promise<DeviceLogin>;
  /** Throws an error whose `error` is `invalid_grant` where the login is over. */
  refresh(refreshToken: string): Promise<UserTokens>;
  /** Ends the login (RFC 7009). */
  revoke(refreshToken: string): Promise<void>;
  close(): Promise<void>;
}

export async function createOidcClient({ issuer, ca, page = ownPage }: OidcClientOptions): Promise<OidcClient> {
  const browser: Browser = createBrowser(ca);
  const configuration = await client.discovery(new URL(issuer), page.clientId, undefined, client.None(), {
    [client.customFetch]: (url, init) =>
      browser.fetchWithoutCookies(url, init as never) as unknown as Promise<Response>,
  });
  return {
    async startDeviceLogin() {
      const scope = ['openid', 'offline_access', ...page.scopes].join(' ');
      const started = await client.initiateDeviceAuthorization(configuration, { scope });
      return {
        url: started.verification_uri,
        code: started.user_code,
        endsAt: new Date(Date.now() + started.expires_in * 1000),
        async tokens(signal) {
          const options = signal === undefined ? {} : { signal };
          const tokens = await client.pollDeviceAuthorizationGrant(configuration, started, {}, options);
          return userTokens(tokens, tokens.claims()?.sub);
        },
      };
    },
    async refresh(refreshToken) {
      const tokens = await client.refreshTokenGrant(configuration, refreshToken);
      return userTokens(tokens, tokens.claims()?.sub);
    },
    revoke: (refreshToken) => client.tokenRevocation(configuration, refreshToken),
    close: () => browser.close(),
  };
}

function userTokens(tokens: client.TokenEndpointResponse, user: string | undefined): UserTokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = tokens;
  if (user === undefined || refreshToken === undefined || seconds === undefined) {
    throw new Error('the provider gives no ID token, no refresh token, or no end');
  }
  return { user, accessToken, refreshToken, endsAt: new Date(Date.now() + seconds * 1000) };
}
