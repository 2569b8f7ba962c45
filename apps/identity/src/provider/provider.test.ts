import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createSigningKeySource, createSubjectTokenVerifier } from '@zt/kit/delegation';
import { type Browser, createBrowser } from '@zt/kit/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { logInWithBrowser, redirectUri, startLogin } from '../testing/client.ts';
import { gateway, type IdentityWorld, passwords, startIdentityWorld } from '../testing/identity-world.ts';

// Each login hashes a password.
vi.setConfig({ testTimeout: 20_000 });

let world: IdentityWorld;
let browser: Browser;
const printed = vi.spyOn(console, 'info');
const warned = vi.spyOn(console, 'warn');

beforeAll(async () => {
  world = await startIdentityWorld();
}, 30_000);
afterAll(() => world.close());
beforeEach(() => {
  browser = createBrowser(world.ca);
});
afterEach(() => browser.close());

const alice = { user: 'alice', password: passwords.alice };
const fiona = { user: 'fiona', password: passwords.fiona };

async function logIn(credentials: typeof alice) {
  const login = await startLogin(world, browser);
  return { login, tokens: await login.finish(await logInWithBrowser(world, browser, login, credentials)) };
}

/** Where an authorization request that cannot succeed ends up. */
async function refusalOf(changes: Readonly<Record<string, string | null>>): Promise<string | null> {
  const login = await startLogin(world, browser, changes);
  const { url, response } = await browser.follow(login.url.href, world.issuer);
  if (response !== null) return `status ${response.status}`;
  return new URL(url.replace('#', '?')).searchParams.get('error');
}

describe('who logs in', () => {
  test('gets an access token that the kit takes: for the gateway, with roles, scopes and the session', async () => {
    const { tokens } = await logIn(fiona);
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    const keys = createSigningKeySource({ fetchKeys: () => world.published.fresh('access') });
    const verifier = createSubjectTokenVerifier({ type: 'at+jwt', issuer: world.issuer, keys });
    const token = await verifier.verify(tokens.access_token, { audience: gateway }, new Date());
    expect(token).toMatchObject({ subject: 'fiona', roles: ['finance'], chain: [] });
    expect(token.scopes.toSorted()).toEqual(['orders:read', 'orders:write']);
    expect(token.expiresAt.getTime() - token.issuedAt.getTime()).toBe(600_000);
    expect(await world.sessions.isActive(token.sessionId, 'fiona')).toMatchObject({ active: true });
  });

  test('gets an ID token that the client library verifies', async () => {
    const { tokens } = await logIn(alice);
    expect(tokens.claims()).toMatchObject({ iss: world.issuer, sub: 'alice', aud: 'zt-cli' });
  });

  test('gets no refresh token without asking for one', async () => {
    expect((await logIn(alice)).tokens.refresh_token).toBeUndefined();
  });

  test('can stay logged in with a refresh token that works once', async () => {
    const login = await startLogin(world, browser, { scope: 'openid offline_access orders:read', prompt: 'consent' });
    const tokens = await login.finish(await logInWithBrowser(world, browser, login, alice));
    const refreshToken = tokens.refresh_token ?? '';
    const renewed = await client.refreshTokenGrant(login.configuration, refreshToken, { resource: gateway });
    expect(decodeJwt(renewed.access_token)).toMatchObject({ sub: 'alice', aud: gateway, scope: 'orders:read' });
    const again = client.refreshTokenGrant(login.configuration, refreshToken, { resource: gateway });
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('is asked again before a second login of the command line, and not for the password', async () => {
    await logIn(alice);
    const login = await startLogin(world, browser);
    const { url, response } = await browser.follow(login.url.href, world.issuer);
    expect(await response?.text()).toContain('Continue as alice');
    const answer = await browser.submit(url, { action: 'continue' });
    const callback = await browser.follow(answer.headers.get('location') ?? '', world.issuer);
    expect(decodeJwt((await login.finish(callback.url)).access_token).sub).toBe('alice');
  });

  test('has no session any more after logging out, and no refresh token', async () => {
    const login = await startLogin(world, browser, { scope: 'openid offline_access orders:read', prompt: 'consent' });
    const tokens = await login.finish(await logInWithBrowser(world, browser, login, alice));
    const sessionId = String(decodeJwt(tokens.access_token).sid);
    const { response } = await browser.follow(`${world.issuer}/session/end`, world.issuer);
    const secret = /name="xsrf" value="([^"]+)"/.exec((await response?.text()) ?? '')?.[1] ?? '';
    expect(await world.sessions.isActive(sessionId, 'alice')).toMatchObject({ active: true });
    await browser.submit(`${world.issuer}/session/end/confirm`, { xsrf: secret, logout: 'yes' });
    expect(await world.sessions.isActive(sessionId, 'alice')).toEqual({ active: false });
    const renewal = client.refreshTokenGrant(login.configuration, tokens.refresh_token ?? '', { resource: gateway });
    await expect(renewal).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

describe('nobody gets a token', () => {
  test.each([
    ['with a wrong password', { user: 'alice', password: passwords.fiona }],
    ['under an unknown name', { user: 'nobody', password: passwords.alice }],
    ['without a password', { user: 'alice', password: '' }],
    ['with a password of a thousand letters', { user: 'alice', password: 'x'.repeat(1000) }],
  ])('%s, and each is told the same', async (_title, credentials) => {
    const login = await startLogin(world, browser);
    const page = await browser.follow(login.url.href, world.issuer);
    const answer = await browser.submit(page.url, { ...credentials, action: 'continue' });
    expect(answer.status).toBe(401);
    const text = await answer.text();
    expect(text).toContain('Name or password is wrong.');
    expect(text).not.toContain(credentials.password === '' ? 'value=""' : credentials.password);
  });

  test('after too many attempts, not even with the right password', async () => {
    const login = await startLogin(world, browser);
    const { url } = await browser.follow(login.url.href, world.issuer);
    const wrong = { user: 'bob', password: 'wrong', action: 'continue' };
    const answers = await Promise.all(Array.from({ length: 7 }, () => browser.submit(url, wrong)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await browser.submit(url, { ...wrong, password: passwords.bob })).status).toBe(429);
  });

  test('who says no', async () => {
    const login = await startLogin(world, browser);
    const page = await browser.follow(login.url.href, world.issuer);
    const answer = await browser.submit(page.url, { action: 'cancel' });
    const { url } = await browser.follow(answer.headers.get('location') ?? '', world.issuer);
    await expect(login.finish(url)).rejects.toMatchObject({ error: 'access_denied' });
  });

  test('without PKCE', async () => {
    expect(await refusalOf({ code_challenge: null, code_challenge_method: null })).toBe('invalid_request');
  });

  test('with PKCE that does not hide the verifier', async () => {
    expect(await refusalOf({ code_challenge_method: 'plain' })).toBe('invalid_request');
  });

  test.each([
    ['another host', 'http://localhost:49152/callback'],
    ['another path', 'http://127.0.0.1:49152/other'],
    ['another machine', 'https://shop.example/callback'],
  ])('at a redirect address with %s: the browser is not even sent there', async (_title, address) => {
    expect(await refusalOf({ redirect_uri: address })).toBe('status 400');
  });

  test('for another workload', async () => {
    expect(await refusalOf({ resource: 'spiffe://zt.example/ns/shop/sa/payment' })).toBe('invalid_target');
  });

  test('with the implicit flow', async () => {
    expect(await refusalOf({ response_type: 'id_token', nonce: 'nonce' })).toBe('unsupported_response_type');
  });

  test('as a client that is not known', async () => {
    expect(await refusalOf({ client_id: 'other' })).toBe('status 400');
  });

  test('with a code that was used before', async () => {
    const login = await startLogin(world, browser);
    const callback = await logInWithBrowser(world, browser, login, alice);
    const both = await Promise.allSettled([login.finish(callback), login.finish(callback)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(login.finish(callback)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('with a code and another verifier', async () => {
    const login = await startLogin(world, browser);
    const other = await startLogin(world, browser, { state: new URL(login.url).searchParams.get('state') });
    const callback = await logInWithBrowser(world, browser, login, alice);
    const state = new URL(callback).searchParams.get('state') ?? '';
    const grant = client.authorizationCodeGrant(other.configuration, new URL(callback), {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: state,
    });
    await expect(grant).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

describe('scopes', () => {
  test('that the gateway does not take are not given', async () => {
    const login = await startLogin(world, browser, { scope: 'openid orders:read payments:refund' });
    const tokens = await login.finish(await logInWithBrowser(world, browser, login, alice));
    expect(decodeJwt(tokens.access_token).scope).toBe('orders:read');
  });
});

describe('the login page', () => {
  async function pageOf() {
    const login = await startLogin(world, browser);
    return browser.follow(login.url.href, world.issuer);
  }

  test('runs no script, is in no frame, and is not kept', async () => {
    const { response } = await pageOf();
    const policy = response?.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(response?.headers.get('cache-control')).toBe('no-store');
    expect(await response?.text()).toMatch(
      /<form method="post"[\s\S]*<code>orders:write<\/code>|orders:write[\s\S]*<form/,
    );
  });

  test('takes no form from another site', async () => {
    const { url } = await pageOf();
    const answer = await browser.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://shop.example' },
      body: new URLSearchParams({ ...alice, action: 'continue' }).toString(),
    });
    expect(answer.status).toBe(403);
  });

  test('takes no form without the cookie of the login under way', async () => {
    const { url } = await pageOf();
    const stranger = createBrowser(world.ca);
    expect((await stranger.submit(url, { ...alice, action: 'continue' })).status).toBe(400);
    await stranger.close();
  });

  test('takes no large form', async () => {
    const { url } = await pageOf();
    expect((await browser.submit(url, { user: 'alice', password: 'x'.repeat(10_000) })).status).toBe(413);
  });

  test('sets cookies that only HTTPS and no script can read', async () => {
    const login = await startLogin(world, browser);
    const response = await browser.fetch(login.url.href);
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies)
      expect(cookie).toMatch(/; secure; httponly; samesite=lax|; samesite=lax; secure; httponly/i);
  });
});

test('a request for another host gets nothing', async () => {
  const { port } = new URL(world.issuer);
  const path = '/.well-known/openid-configuration';
  const forged = request({
    host: 'localhost',
    port,
    path,
    ca: world.ca,
    servername: 'localhost',
    headers: { host: 'shop.example' },
  }).end();
  const [response] = (await once(forged, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(421);
});

test('the provider offers nothing that it was not asked to', async () => {
  const response = await browser.fetch(`${world.issuer}/.well-known/openid-configuration`);
  const metadata = (await response.json()) as Record<string, unknown>;
  expect(metadata).toMatchObject({
    issuer: world.issuer,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['ES256'],
    token_endpoint_auth_methods_supported: ['none'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  });
  expect(
    Object.keys(metadata)
      .filter((name) => name.endsWith('_endpoint'))
      .toSorted(),
  ).toEqual([
    'authorization_endpoint',
    'device_authorization_endpoint',
    'end_session_endpoint',
    'revocation_endpoint',
    'token_endpoint',
  ]);
  expect(Object.keys(metadata).filter((name) => /dpop|mtls|userinfo|introspection/.test(name))).toEqual([]);
});

test('the database holds no code, no token, no session id and no password, and nothing is printed or logged of them', async () => {
  const login = await startLogin(world, browser, { scope: 'openid offline_access orders:read', prompt: 'consent' });
  const callback = await logInWithBrowser(world, browser, login, alice);
  const code = new URL(callback).searchParams.get('code') ?? '';
  const tokens = await login.finish(callback);
  const session = /__Host-session=([^;]+)/.exec(await browser.cookiesFor(world.issuer))?.[1] ?? '';
  const rows = await world.database.query('select * from oidc_records');
  const users = await world.database.query('select * from users');
  const kept = JSON.stringify([rows, users, world.logged, printed.mock.calls, warned.mock.calls]);
  for (const secret of [code, session, tokens.access_token, tokens.refresh_token ?? '', passwords.alice]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(kept).not.toContain(secret);
  }
  expect(printed).not.toHaveBeenCalled();
  expect(warned).not.toHaveBeenCalled();
});

test('any port of this machine will do for the command line', async () => {
  const login = await startLogin(world, browser, { redirect_uri: redirectUri.replace('49152', '50000') });
  expect(await logInWithBrowser(world, browser, login, alice)).toMatch(/^http:\/\/127\.0\.0\.1:50000\/callback\?code=/);
});
