import type { Browser } from '@zt/kit/testing';
import * as client from 'openid-client';
import { gateway, type IdentityWorld } from './identity-world.ts';

export const redirectUri = 'http://127.0.0.1:49152/callback';

/** One login of `zt-cli`, up to the moment at which the browser is sent off to log in. */
export interface StartedLogin {
  readonly configuration: client.Configuration;
  readonly url: URL;
  /** Takes the address that the browser ends up at. */
  finish(callback: string): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

/** `changes` replace parameters of the authorization request; null takes one away. */
export async function startLogin(
  world: IdentityWorld,
  browser: Browser,
  changes: Readonly<Record<string, string | null>> = {},
): Promise<StartedLogin> {
  const configuration = await client.discovery(new URL(world.issuer), 'zt-cli', undefined, client.None(), {
    [client.customFetch]: (url, init) =>
      browser.fetchWithoutCookies(url, init as never) as unknown as Promise<Response>,
  });
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const parameters: Record<string, string> = {
    redirect_uri: redirectUri,
    scope: 'openid orders:read orders:write',
    resource: gateway,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete parameters[name];
    else parameters[name] = value;
  }
  return {
    configuration,
    url: client.buildAuthorizationUrl(configuration, parameters),
    finish: (callback) =>
      client.authorizationCodeGrant(
        configuration,
        new URL(callback),
        { pkceCodeVerifier, expectedState: state },
        { resource: gateway },
      ),
  };
}

/** Logs in as a user would, up to the address on which the command line listens. */
export async function logInWithBrowser(
  world: IdentityWorld,
  browser: Browser,
  login: StartedLogin,
  credentials: { readonly user: string; readonly password: string },
): Promise<string> {
  const page = await browser.follow(login.url.href, world.issuer);
  const answer = await browser.submit(page.url, { ...credentials, action: 'continue' });
  const location = answer.headers.get('location');
  if (answer.status !== 303 || location === null) throw new Error(`login was answered with ${answer.status}`);
  return (await browser.follow(location, world.issuer)).url;
}
