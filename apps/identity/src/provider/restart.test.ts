import { createSigningKeySource, createSubjectTokenVerifier } from '@zt/kit/delegation';
import { type Browser, createBrowser } from '@zt/kit/testing';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startLogin } from '../testing/client.ts';
import { logInOnDevicePages, startDeviceLogin, typeCode } from '../testing/device.ts';
import { gateway, type IdentityWorld, passwords, startIdentityWorld } from '../testing/identity-world.ts';

// Each login hashes a password and waits for a poll.
vi.setConfig({ testTimeout: 20_000 });

let world: IdentityWorld;
let browser: Browser;

beforeAll(async () => {
  world = await startIdentityWorld();
}, 30_000);
afterAll(() => world.close());
beforeEach(() => {
  browser = createBrowser(world.ca);
});
afterEach(() => browser.close());

const alice = { user: 'alice', password: passwords.alice };

async function logIn() {
  const login = await startDeviceLogin(world, browser);
  await logInOnDevicePages(world, browser, login.started.user_code, alice);
  return { ...login, tokens: await login.tokens() };
}

test('a token of before a restart still verifies, at the address of the keys and inside the service', async () => {
  const { tokens } = await logIn();
  await world.restart();
  const keys = createSigningKeySource({ fetchKeys: () => world.published.fresh('access') });
  const verifier = createSubjectTokenVerifier({ type: 'at+jwt', issuer: world.issuer, keys });
  const verified = await verifier.verify(tokens.access_token, { audience: gateway }, new Date());
  expect(verified.subject).toBe('alice');
  const response = await browser.fetchWithoutCookies(`${world.issuer}/jwks`);
  const published = createLocalJWKSet((await response.json()) as JSONWebKeySet);
  await jwtVerify(tokens.access_token, published);
  const { tokens: later } = await logIn();
  expect(decodeProtectedHeader(later.access_token).kid).not.toBe(decodeProtectedHeader(tokens.access_token).kid);
  await jwtVerify(later.access_token, createLocalJWKSet(await world.published.fresh('access')));
});

test('a refresh token and its session outlive a restart', async () => {
  const { tokens, configuration } = await logIn();
  await world.restart();
  const renewed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '', { resource: gateway });
  expect(renewed.refresh_token).toBeDefined();
});

test('a browser that was logged in before a restart is so after it, and can log out', async () => {
  await logIn();
  await world.restart();
  const login = await startLogin(world, browser);
  const { response } = await browser.follow(login.url.href, world.issuer);
  expect(await response?.text()).toContain('Continue as alice');
  const { response: page } = await browser.follow(`${world.issuer}/session/end`, world.issuer);
  expect(await page?.text()).toContain('Log out?');
});

test('a login that is under way at a restart goes on', async () => {
  const { started, tokens } = await startDeviceLogin(world, browser);
  expect(await typeCode(world, browser, started.user_code)).toContain('Is this your code?');
  await world.restart();
  expect(await logInOnDevicePages(world, browser, started.user_code, alice)).toContain('Logged in');
  expect((await tokens()).access_token).toBeDefined();
});

test('nothing private is in the table of keys', async () => {
  const rows = await world.database.query<{ readonly public_jwk: object }>('select public_jwk from signing_keys');
  expect(rows.length).toBeGreaterThan(1);
  for (const { public_jwk: jwk } of rows) expect(Object.keys(jwk)).not.toContain('d');
  await expect(
    world.database.query(
      `insert into signing_keys values ('x', 'access', '{"kty":"EC","d":"secret"}', now() + interval '1 hour')`,
    ),
  ).rejects.toThrow();
});
