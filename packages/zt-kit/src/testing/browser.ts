import { CookieJar } from 'tough-cookie';
import { Agent, fetch, type RequestInit, type Response } from 'undici';

/** As much of a browser as logging in takes: cookies, HTTPS, forms. It follows no redirect by itself. */
export interface Browser {
  /** With the browser's cookies. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Sends a form as the page at this address would. */
  submit(url: string, fields: Readonly<Record<string, string>>): Promise<Response>;
  /** Goes where redirects lead, up to the first answer that is none, or to an address that is not under `within`. */
  follow(url: string, within: string): Promise<{ readonly url: string; readonly response: Response | null }>;
  /** Without cookies, for a client's own requests. */
  fetchWithoutCookies(url: string, init?: RequestInit): Promise<Response>;
  /** What the server at this address put into the browser, as a request sends it. */
  cookiesFor(url: string): Promise<string>;
  close(): Promise<void>;
}

const mostRedirects = 10;

/** Trusts the servers that this authority vouches for (PEM), and no others. */
export function createBrowser(ca: string | readonly string[]): Browser {
  const dispatcher = new Agent({ connect: { ca: [ca].flat() } });
  const jar = new CookieJar(undefined, { prefixSecurity: 'strict' });

  async function fetchWithCookies(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = await jar.getCookieString(url);
    const headers = { ...(init.headers as Record<string, string> | undefined), ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(url, { ...init, headers, dispatcher, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) await jar.setCookie(line, url);
    return response;
  }

  return {
    fetch: fetchWithCookies,
    submit: (url, fields) =>
      fetchWithCookies(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
        body: new URLSearchParams(fields).toString(),
      }),
    async follow(start, within) {
      let url = start;
      for (let step = 0; step < mostRedirects; step++) {
        if (!url.startsWith(`${within}/`)) return { url, response: null };
        const response = await fetchWithCookies(url);
        const location = response.headers.get('location');
        if (location === null) return { url, response };
        url = new URL(location, url).href;
      }
      throw new Error(`more than ${mostRedirects} redirects`);
    },
    fetchWithoutCookies: (url, init) => fetch(url, { ...init, dispatcher }),
    cookiesFor: (url) => jar.getCookieString(url),
    close: () => dispatcher.close(),
  };
}
