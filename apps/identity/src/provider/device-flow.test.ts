import { type Browser, createBrowser } from '@zt/kit/testing';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { confirmCode, logInOnDevicePages, startDeviceLogin, typeCode } from '../testing/device.ts';
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
const bob = { user: 'bob', password: passwords.bob };

/** Makes keeping a session that is logged in take longer than a device waits before it asks again. */
const slowSessions = `
  create or replace function wait_for_polls() returns trigger language plpgsql as
    'begin perform pg_sleep(1.5); return new; end';
  create trigger slow_sessions before insert or update on oidc_records for each row
    when (new.model = 'Session' and new.account_id is not null) execute function wait_for_polls()`;

async function logIn(credentials = alice) {
  const login = await startDeviceLogin(world, browser);
  expect(await logInOnDevicePages(world, browser, login.started.user_code, credentials)).toContain('Logged in');
  return { ...login, tokens: await login.tokens() };
}

const refresh = (configuration: client.Configuration, token: string) =>
  client.refreshTokenGrant(configuration, token, { resource: gateway });

describe('at the command line', () => {
  test('a user logs in with a code that is typed into a browser, and stays logged in', async () => {
    const { tokens, configuration, started } = await logIn();
    expect(started).toMatchObject({ verification_uri: `${world.issuer}/device`, interval: 1, expires_in: 600 });
    expect(started.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: 'alice', aud: gateway, roles: [] });
    const renewed = await refresh(configuration, tokens.refresh_token ?? '');
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    const { sid } = decodeJwt(renewed.access_token);
    expect(sid).toBe(decodeJwt(tokens.access_token).sid);
    expect(await world.sessions.isActive(String(sid), 'alice')).toMatchObject({ active: true });
  });

  test('nobody gets a token before the user has confirmed', async () => {
    const { started, configuration } = await startDeviceLogin(world, browser);
    const poll = () =>
      client.genericGrantRequest(configuration, 'urn:ietf:params:oauth:grant-type:device_code', {
        device_code: started.device_code,
      });
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });
    await expect(poll()).rejects.toMatchObject({ error: 'slow_down' });
  });

  test('a user who says no gives no token', async () => {
    const { started, tokens } = await startDeviceLogin(world, browser);
    const polling = expect(tokens()).rejects.toMatchObject({ error: 'access_denied' });
    const page = await typeCode(world, browser, started.user_code);
    expect(page).toContain('Is this your code?');
    expect(page).toContain(started.user_code);
    expect((await confirmCode(world, browser, page, true)).text).toContain('Nobody was logged in.');
    await polling;
  });

  test('a device that asks while the login is being kept gets its tokens all the same', async () => {
    await world.database.asOwner(slowSessions);
    try {
      const { started, tokens } = await startDeviceLogin(world, browser);
      const [{ token_type: type }, page] = await Promise.all([
        tokens(),
        logInOnDevicePages(world, browser, started.user_code, alice),
      ]);
      expect([type, page]).toEqual(['bearer', expect.stringContaining('Logged in')]);
    } finally {
      await world.database.asOwner('drop trigger slow_sessions on oidc_records');
    }
  });

  test('a user whose password is wrong gives no token', async () => {
    const { started } = await startDeviceLogin(world, browser);
    const page = await logInOnDevicePages(world, browser, started.user_code, { ...alice, password: 'wrong' });
    expect(page).toContain('Name or password is wrong.');
  });

  test('a code counts once', async () => {
    const { started } = await logIn();
    expect(await typeCode(world, browser, started.user_code)).toContain('There is no such code');
  });

  test('a code that nobody was shown is none', async () => {
    expect(await typeCode(world, browser, 'XXXX-XXXX')).toContain('There is no such code');
  });

  test('the code is not taken from a form of another site', async () => {
    const { started } = await startDeviceLogin(world, browser);
    const answer = await browser.submit(`${world.issuer}/device`, { user_code: started.user_code, confirm: 'yes' });
    expect(answer.status).toBe(400);
  });

  test('the pages run no script of ours, and are in no frame', async () => {
    const response = await browser.fetch(`${world.issuer}/device`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toContain('<script');
  });
});

describe('a refresh token', () => {
  test('that is used twice ends the grant and the session, and that is logged', async () => {
    const { tokens, configuration } = await logIn();
    const stolen = tokens.refresh_token ?? '';
    const renewed = await refresh(configuration, stolen);
    const sid = String(decodeJwt(tokens.access_token).sid);
    await expect(refresh(configuration, stolen)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await world.sessions.isActive(sid, 'alice')).toEqual({ active: false });
    expect((await world.sessions.news()).endedSessionIds).toContain(sid);
    await expect(refresh(configuration, renewed.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(world.logged).toContainEqual(['refresh_token_reused', { sessionId: sid }]);
  });

  test('that two use at the same moment ends the session as well', async () => {
    const { tokens, configuration } = await logIn();
    const token = tokens.refresh_token ?? '';
    const both = await Promise.allSettled([refresh(configuration, token), refresh(configuration, token)]);
    expect(both.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2);
    const sid = String(decodeJwt(tokens.access_token).sid);
    expect(await world.sessions.isActive(sid, 'alice')).toEqual({ active: false });
  });

  test('that is revoked ends the session (RFC 7009)', async () => {
    const { tokens, configuration } = await logIn();
    await client.tokenRevocation(configuration, tokens.refresh_token ?? '');
    const sid = String(decodeJwt(tokens.access_token).sid);
    expect(await world.sessions.isActive(sid, 'alice')).toEqual({ active: false });
    expect((await world.sessions.news()).endedSessionIds).toContain(sid);
    await expect(refresh(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('counts in the hands of the client only that it was given to', async () => {
    const { tokens } = await logIn();
    const answer = await browser.fetchWithoutCookies(`${world.issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'other',
        refresh_token: tokens.refresh_token ?? '',
      }).toString(),
    });
    expect(answer.status).toBe(401);
  });
});

describe('who is blocked', () => {
  test('is logged out, gets no new token and cannot log in, until unblocked', async () => {
    const { tokens, configuration } = await logIn(bob);
    expect(await world.sessions.block('bob')).toBe(true);
    await expect(refresh(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
    const sid = String(decodeJwt(tokens.access_token).sid);
    expect(await world.sessions.isActive(sid, 'bob')).toEqual({ active: false });

    const other = createBrowser(world.ca);
    const { started } = await startDeviceLogin(world, other);
    expect(await logInOnDevicePages(world, other, started.user_code, bob)).toContain('You are blocked here.');
    expect(world.logged).toContainEqual(['login_blocked', expect.objectContaining({ user: 'bob' })]);
    await other.close();
    await world.sessions.unblock('bob');
    await logIn(bob);
  });

  test('between confirming a code and the next poll gets no token', async () => {
    const login = await startDeviceLogin(world, browser);
    await logInOnDevicePages(world, browser, login.started.user_code, bob);
    await world.sessions.block('bob');
    await expect(login.tokens()).rejects.toMatchObject({ error: 'invalid_grant' });
    await world.sessions.unblock('bob');
  });
});

test.each(['/device', '/DEVICE'])('who types codes at %s until one fits is stopped', async (path) => {
  const page = await (await browser.fetch(`${world.issuer}/device`)).text();
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 25; attempt++) {
    statuses.push((await browser.submit(`${world.issuer}${path}`, { xsrf, user_code: 'ZZZZZZZZ' })).status);
  }
  expect(statuses).toContain(429);
  expect(world.logged.map(([event]) => event)).toContain('user_codes_limited');
});
