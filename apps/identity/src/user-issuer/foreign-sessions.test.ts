import type { IssuerSessionCheck as Settings, VerifiedToken } from '@zt/kit/delegation';
import { ZeroTrustError } from '@zt/kit/errors';
import type { TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SessionSource } from '../exchange/session-source.ts';
import { createSessionStore } from '../sessions/session-store.ts';
import { startIdentityDatabase } from '../testing/identity-database.ts';
import { createForeignSessions } from './foreign-sessions.ts';
import { createForeignUsers } from './foreign-users.ts';

const issuer = 'https://login.example/dex';
const alice = `${issuer}#alice`;
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';

let database: TestDatabase;
beforeAll(async () => {
  database = await startIdentityDatabase();
}, 30_000);
afterAll(() => database.close());

/** What the issuer says of each token, and which ones it was asked about. */
let active: Set<string>;
let asked: string[];
let answers: boolean;
beforeEach(async () => {
  await database.asOwner('delete from foreign_sessions; delete from ended_sessions; delete from blocked_users;');
  active = new Set(['token-1']);
  asked = [];
  answers = true;
});

/** One copy of the service. */
function open(cacheSeconds: number): SessionSource {
  const settings: Settings = { check: 'introspection', cacheSeconds, client: null };
  const check = {
    async lives(token: string) {
      asked.push(token);
      if (!answers) throw new ZeroTrustError('session_state_unknown', 'no answer');
      return active.has(token);
    },
  };
  return createForeignSessions({ settings, check, database });
}

function presented(token: string, chain: readonly string[] = [], user = alice) {
  const verified: VerifiedToken = {
    id: token,
    subject: user,
    roles: [],
    sessionId: 'session-1',
    audience: gateway,
    scopes: [],
    chain,
    issuedAt: new Date(),
    expiresAt: new Date(Date.now() + 60_000),
  };
  return ['session-1', user, { token, verified }] as const;
}

const usersOwn = presented('token-1');
const exchanged = presented('exchanged', [gateway]);
const yes = { active: true, endsAt: expect.any(Date) };
const no = { active: false };
const checkedAgo = (seconds: number) =>
  database.asOwner(`update foreign_sessions set checked_at = now() - interval '${seconds} seconds'`);

describe('where a user comes in', () => {
  test('the issuer is asked whether the session lives', async () => {
    expect(await open(0).isActive(...usersOwn)).toEqual(yes);
    expect(asked).toEqual(['token-1']);
  });

  test('an answer holds for as long as the settings say, in every copy of the service', async () => {
    await open(60).isActive(...usersOwn);
    expect(await open(60).isActive(...usersOwn)).toEqual(yes);
    expect(asked).toHaveLength(1);
    await checkedAgo(61);
    expect(await open(60).isActive(...usersOwn)).toEqual(yes);
    expect(asked).toHaveLength(2);
  });

  test('a session that the issuer has ended is over, and every service is told', async () => {
    const sessions = open(0);
    await sessions.isActive(...usersOwn);
    active.clear();
    expect(await sessions.isActive(...usersOwn)).toEqual(no);
    expect((await createSessionStore(database).news()).endedSessionIds).toEqual(['session-1']);
  });

  test('that a token has just expired does not end its session', async () => {
    const sessions = open(0);
    const [sessionId, user, { token, verified }] = usersOwn;
    active.clear();
    const expiring = { token, verified: { ...verified, expiresAt: new Date(Date.now() + 3_000) } };
    expect(await sessions.isActive(sessionId, user, expiring)).toEqual(no);
    expect((await createSessionStore(database).news()).endedSessionIds).toEqual([]);
    active.add('token-2');
    expect(await sessions.isActive(...presented('token-2'))).toEqual(yes);
  });

  test('a session that has ended here does not come back, whatever the issuer says', async () => {
    const sessions = open(0);
    await sessions.isActive(...usersOwn);
    await createSessionStore(database).end('session-1', 'revoked');
    expect(await sessions.isActive(...usersOwn)).toEqual(no);
  });

  test('an issuer that does not answer is no yes', async () => {
    answers = false;
    await expect(open(0).isActive(...usersOwn)).rejects.toMatchObject({ reason: 'session_state_unknown' });
  });

  test("a session is not another user's", async () => {
    await open(60).isActive(...usersOwn);
    active.clear();
    expect(await open(60).isActive(...presented('token-2', [], `${issuer}#bob`))).toEqual(no);
  });
});

describe('behind that, with an exchanged token', () => {
  test("the copy that has seen the user's token asks the issuer about that one", async () => {
    const sessions = open(0);
    await sessions.isActive(...usersOwn);
    expect(await sessions.isActive(...exchanged)).toEqual(yes);
    expect(asked).toEqual(['token-1', 'token-1']);
    active.clear();
    expect(await sessions.isActive(...exchanged)).toEqual(no);
  });

  test('another copy goes by the last answer, and asks nobody', async () => {
    await open(0).isActive(...usersOwn);
    expect(await open(0).isActive(...exchanged)).toEqual(yes);
    expect(asked).toEqual(['token-1']);
  });

  test('an answer that is older than an exchanged token may be counts no more', async () => {
    await open(0).isActive(...usersOwn);
    await checkedAgo(61);
    expect(await open(0).isActive(...exchanged)).toEqual(no);
  });

  test('a session that nobody asked about is none', async () => {
    expect(await open(0).isActive(...exchanged)).toEqual(no);
    expect(asked).toEqual([]);
  });
});

describe("a foreign issuer's user", () => {
  test('can be blocked while logged in, and has no session from then on', async () => {
    const sessions = open(0);
    await sessions.isActive(...usersOwn);
    const users = createForeignUsers(database, issuer);
    expect(await users.block(alice)).toBe(true);
    expect(await sessions.isActive(...usersOwn)).toEqual(no);
    expect(await sessions.isActive(...exchanged)).toEqual(no);
    expect(await createSessionStore(database).news()).toEqual({
      endedSessionIds: ['session-1'],
      blockedUserIds: [alice],
    });
    expect(await users.unblock(alice)).toBe(true);
    expect((await createSessionStore(database).news()).blockedUserIds).toEqual([]);
  });

  test('can be blocked before the first login, and is listed', async () => {
    const users = createForeignUsers(database, issuer);
    await users.block(`${issuer}#mallory`);
    await open(0).isActive(...usersOwn);
    expect(await users.list()).toEqual([
      { id: alice, roles: [], blocked: false, sessions: 1 },
      { id: `${issuer}#mallory`, roles: [], blocked: true, sessions: 0 },
    ]);
  });

  test('who was not seen for an hour is forgotten', async () => {
    const users = createForeignUsers(database, issuer);
    await open(0).isActive(...usersOwn);
    await database.asOwner("update foreign_sessions set ends_at = now() - interval '59 minutes'");
    await users.removeExpired();
    expect(await users.list()).toMatchObject([{ id: alice, sessions: 0 }]);
    await database.asOwner("update foreign_sessions set ends_at = now() - interval '61 minutes'");
    await users.removeExpired();
    expect(await users.list()).toEqual([]);
  });

  test.each(['alice', 'https://elsewhere.example#alice', `${issuer}#`, `${issuer}#a b`, `${issuer}alice`])(
    'is never called %s',
    async (name) => {
      const users = createForeignUsers(database, issuer);
      expect([await users.block(name), await users.unblock(name), await users.list()]).toEqual([false, false, []]);
    },
  );
});
