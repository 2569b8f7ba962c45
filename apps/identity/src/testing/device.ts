import type { Browser } from '@zt/kit/testing';
import * as client from 'openid-client';
import { gateway, type IdentityWorld } from './identity-world.ts';

/** A login of the command line that waits for its user (RFC 8628). */
export interface DeviceLogin {
  readonly configuration: client.Configuration;
  readonly started: client.DeviceAuthorizationResponse;
  /** Polls as often as it may. */
  tokens(): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>;
}

export async function startDeviceLogin(
  world: IdentityWorld,
  browser: Browser,
  changes: Readonly<Record<string, string>> = {},
): Promise<DeviceLogin> {
  const configuration = await configurationFor(world, browser);
  const started = await client.initiateDeviceAuthorization(configuration, {
    scope: 'openid offline_access orders:read orders:write',
    resource: gateway,
    ...changes,
  });
  return { configuration, started, tokens: () => client.pollDeviceAuthorizationGrant(configuration, started) };
}

async function configurationFor(world: IdentityWorld, browser: Browser): Promise<client.Configuration> {
  return await client.discovery(new URL(world.issuer), 'zt-cli', undefined, client.None(), {
    [client.customFetch]: (url, init) =>
      browser.fetchWithoutCookies(url, init as never) as unknown as Promise<Response>,
  });
}

/** Types a code into the page for it, and gives the page that comes then. */
export async function typeCode(world: IdentityWorld, browser: Browser, userCode: string): Promise<string> {
  const page = await (await browser.fetch(`${world.issuer}/device`)).text();
  const answer = await browser.submit(`${world.issuer}/device`, { xsrf: xsrfOf(page), user_code: userCode });
  return `${answer.status} ${await answer.text()}`;
}

/** Says that the code is the user's own, and follows to whatever page comes then. */
export async function confirmCode(world: IdentityWorld, browser: Browser, page: string, abort = false) {
  const user_code = /name="user_code" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const fields = { xsrf: xsrfOf(page), user_code, confirm: 'yes', ...(abort ? { abort: 'yes' } : {}) };
  const answer = await browser.submit(`${world.issuer}/device`, fields);
  const location = answer.headers.get('location');
  if (location === null) return { url: '', text: await answer.text() };
  const { url, response } = await browser.follow(new URL(location, world.issuer).href, world.issuer);
  return { url, text: (await response?.text()) ?? '' };
}

/** Confirms a code and logs in, up to the page that says so. */
export async function logInOnDevicePages(
  world: IdentityWorld,
  browser: Browser,
  userCode: string,
  credentials: { readonly user: string; readonly password: string },
): Promise<string> {
  const { url } = await confirmCode(world, browser, await typeCode(world, browser, userCode));
  const answer = await browser.submit(url, { ...credentials, action: 'continue' });
  const location = answer.headers.get('location');
  if (location === null) return await answer.text();
  return (await (await browser.follow(location, world.issuer)).response?.text()) ?? '';
}

function xsrfOf(page: string): string {
  return /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
}
