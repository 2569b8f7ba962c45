import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForeignUserIssuer, IssuerSessionCheck as Settings } from '@zt/kit/delegation';
import { type IssuerClient, JsonStatusError } from '@zt/kit/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIssuerSessionCheck } from './issuer-session-check.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zt-secret-'));
});
afterAll(() => rm(folder, { recursive: true }));

const introspection: Settings = { check: 'introspection', cacheSeconds: 5, client: null };
const userinfo: Settings = { check: 'userinfo', cacheSeconds: 5 };

type Answer = () => unknown;

/** A check whose issuer gives this answer, and what it was asked. */
function open(session: Settings, answer: Answer) {
  const asked: unknown[] = [];
  const client: IssuerClient = {
    fetchKeys: () => Promise.reject(new Error('nobody asks for keys here')),
    async ask(endpoint, request) {
      asked.push([endpoint, request]);
      return answer();
    },
  };
  return { check: createIssuerSessionCheck({ session } as ForeignUserIssuer, client), asked };
}

function fails(status: number): Answer {
  return () => {
    throw new JsonStatusError('https://login.example/x', status);
  };
}

test.each([true, false])('introspection says whether a token is active: %s', async (active) => {
  const { check, asked } = open(introspection, () => ({ active, scope: 'x' }));
  expect(await check.lives('token')).toBe(active);
  expect(asked).toEqual([['introspection_endpoint', { headers: {}, form: { token: 'token' } }]]);
});

test('a client shows itself with its secret, encoded as RFC 6749 has it, and a new secret needs no restart', async () => {
  const secretFile = join(folder, 'secret');
  const client = { id: 'the exchange', secretFile };
  const { check, asked } = open({ ...introspection, client }, () => ({ active: true }));
  for (const secret of ['one:1\n', 'two']) {
    await writeFile(secretFile, secret);
    await check.lives('token');
  }
  const sent = asked.map((each) => (each as [string, { headers: { authorization: string } }])[1].headers.authorization);
  expect(sent.map((header) => Buffer.from(header.slice('Basic '.length), 'base64').toString())).toEqual([
    'the+exchange:one%3A1',
    'the+exchange:two',
  ]);
});

test.each<[string, Settings, Answer]>([
  ['introspection that answers with an error', introspection, fails(500)],
  ['introspection that does not let the exchange ask', introspection, fails(401)],
  ['introspection that says nothing', introspection, () => ({})],
  ['introspection that says something else', introspection, () => ({ active: 'true' })],
  ['introspection that says null', introspection, () => null],
  ['userinfo that answers with an error', userinfo, fails(503)],
])('%s leaves it unknown', async (_what, session, answer) => {
  await expect(open(session, answer).check.lives('token')).rejects.toMatchObject({ reason: 'session_state_unknown' });
});

test('a secret that cannot be read leaves it unknown', async () => {
  const client = { id: 'exchange', secretFile: join(folder, 'nowhere') };
  const { check } = open({ ...introspection, client }, () => ({ active: true }));
  await expect(check.lives('token')).rejects.toMatchObject({ reason: 'session_state_unknown' });
});

test('userinfo answers for a session that lives, and refuses the token of one that does not', async () => {
  const { check, asked } = open(userinfo, () => ({ sub: 'alice' }));
  expect(await check.lives('token')).toBe(true);
  expect(asked).toEqual([['userinfo_endpoint', { headers: { authorization: 'Bearer token' } }]]);
  expect(await open(userinfo, fails(401)).check.lives('token')).toBe(false);
});

test('where the settings ask for no check, none is made', async () => {
  const { check, asked } = open({ check: 'none-so-that-a-token-counts-until-it-expires' }, () => ({}));
  expect(await check.lives('token')).toBe(true);
  expect(asked).toEqual([]);
});
