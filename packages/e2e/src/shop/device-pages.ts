import type { Browser } from '@zt/kit/testing';
import { LogInError } from './log-in.ts';

export interface DevicePagesOptions {
  readonly browser: Browser;
  readonly issuer: string;
  /** That the command line shows. */
  readonly code: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Plays a user at the pages of the device flow: types the code, says that it is the right one, and logs in. Throws a
 * `LogInError` where the provider says no.
 */
export async function logInOnDevicePages({ browser, issuer, code, user, password }: DevicePagesOptions): Promise<void> {
  const address = `${issuer}/device`;
  const confirmation = await submitted(browser, address, { xsrf: await xsrfOf(browser, address), user_code: code });
  const confirmed = await browser.submit(address, { xsrf: xsrfIn(confirmation), user_code: code, confirm: 'yes' });
  const page = await browser.follow(locationOf(confirmed.headers, confirmed.status, address), issuer);
  const answer = await browser.submit(page.url, { user, password, action: 'continue' });
  const end = await browser.follow(locationOf(answer.headers, answer.status, page.url), issuer);
  if (end.response?.status !== 200) throw new LogInError(`the device page answers with ${end.response?.status}`);
}

/** Plays a user who logs out where this browser has logged in (OpenID Connect RP-Initiated Logout). */
export async function logOutInBrowser(browser: Browser, issuer: string): Promise<void> {
  const xsrf = await xsrfOf(browser, `${issuer}/session/end`);
  const answer = await browser.submit(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' });
  if (answer.status !== 303) throw new LogInError(`logging out is answered with ${answer.status}`);
}

async function submitted(browser: Browser, url: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const answer = await browser.submit(url, fields);
  if (answer.status !== 200) throw new LogInError(`the page at ${url} answers with ${answer.status}`);
  return await answer.text();
}

function locationOf(headers: { get(name: string): string | null }, status: number, base: string): string {
  const location = headers.get('location');
  if (location === null) throw new LogInError(`the login page answers with ${status}`);
  return new URL(location, base).href;
}

async function xsrfOf(browser: Browser, url: string): Promise<string> {
  return xsrfIn(await (await browser.fetch(url)).text());
}

function xsrfIn(page: string): string {
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1];
  if (xsrf === undefined) throw new LogInError('the page has no form');
  return xsrf;
}
