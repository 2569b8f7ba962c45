import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readUserIssuer } from './user-issuer-settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zt-issuer-'));
  await writeFile(join(folder, 'ca.pem'), 'an authority');
});
afterAll(() => rm(folder, { recursive: true }));

const least = {
  issuer: 'https://login.example',
  audience: 'shop',
  roles: { claim: 'groups', map: { shoppers: ['customer'] } },
  session: { check: 'introspection' },
};

async function read(settings: object) {
  const file = join(folder, 'issuer.json');
  await writeFile(file, JSON.stringify(settings));
  return readUserIssuer({ ISSUER: 'https://localhost:9443', USER_ISSUER_FILE: file });
}

test('without a file it is the own provider', () => {
  const own = readUserIssuer({ ISSUER: 'https://localhost:9443' });
  expect(own).toEqual({ kind: 'own', issuer: 'https://localhost:9443' });
});

test('what is not said is as strict as for the own provider', async () => {
  expect(await read(least)).toEqual({
    kind: 'foreign',
    issuer: 'https://login.example',
    authorities: 'own-trust-domain',
    audience: 'shop',
    otherAudiences: [],
    tokenTypes: ['at+jwt'],
    algorithm: 'ES256',
    longestLifeSeconds: 900,
    requiredClaims: {},
    tokenIdClaim: 'jti',
    sessionClaim: 'sid',
    roles: { claim: ['groups'], map: { shoppers: ['customer'] } },
    scopes: { claim: 'scope' },
    session: { check: 'introspection', cacheSeconds: 5, client: null },
  });
});

test('files are looked for beside the settings, and a secret is not read yet', async () => {
  const client = { id: 'exchange', secretFile: 'secret' };
  const issuer = await read({
    ...least,
    authorities: { file: 'ca.pem' },
    tokenTypes: ['none-so-that-ID-tokens-may-pass', 'JWT-so-that-ID-tokens-may-pass'],
    session: { check: 'introspection', client },
  });
  expect(issuer).toMatchObject({
    authorities: { pem: 'an authority' },
    tokenTypes: [undefined, 'JWT'],
    session: { client: { id: 'exchange', secretFile: join(folder, 'secret') } },
  });
});

test.each([
  ['issuer', { issuer: 'http://login.example' }],
  ['issuer', { issuer: 'https://login.example/#alice' }],
  ['algorithm', { algorithm: 'HS256' }],
  ['algorithm', { algorithm: 'none' }],
  ['tokenTypes', { tokenTypes: ['JWT'] }],
  ['tokenTypes', { tokenTypes: [] }],
  ['longestLifeSeconds', { longestLifeSeconds: 86_400 }],
  ['session', { session: undefined }],
  ['session', { session: { check: 'none' } }],
  ['cacheSeconds', { session: { check: 'userinfo', cacheSeconds: 3600 } }],
  ['roles', { roles: undefined }],
  ['alogrithm', { alogrithm: 'RS256' }],
])('a wrong %s is refused by name: %j', async (name, wrong) => {
  await expect(read({ ...least, ...wrong })).rejects.toThrow(name);
});

test('a file that is not there is refused', () => {
  const env = { ISSUER: 'https://localhost:9443', USER_ISSUER_FILE: join(folder, 'nowhere.json') };
  expect(() => readUserIssuer(env)).toThrow('nowhere.json');
});
