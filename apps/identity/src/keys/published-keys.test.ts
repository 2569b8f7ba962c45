import type { TestDatabase } from '@zt/kit/testing';
import type { JWK } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startIdentityDatabase } from '../testing/identity-database.ts';
import { startPublishedKeys } from './published-keys.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startIdentityDatabase();
}, 30_000);
afterAll(() => database.close());

const key = (kid: string): JWK => ({ kty: 'EC', crv: 'P-256', x: kid, y: kid, kid });
const log = { info: () => {}, warn: () => {}, error: () => {} };
const kidsOf = (keys: readonly JWK[]) => keys.map(({ kid }) => kid);

async function startCopy(name: string, queryable: Pick<TestDatabase, 'query'> = database) {
  const copy = await startPublishedKeys({
    database: queryable,
    own: {
      access: () => [key(`${name}-access`)],
      exchange: () => [key(`${name}-now`), key(`${name}-next`)],
      cookie: () => [],
    },
    log,
    everyMs: 20,
  });
  onTestFinished(() => copy.close());
  return copy;
}

test('each copy knows the keys of the others, its own first, and each for its own purpose', async () => {
  const a = await startCopy('a');
  const b = await startCopy('b');
  expect(kidsOf(b.of('exchange'))).toEqual(['b-now', 'b-next', 'a-now', 'a-next']);
  expect(kidsOf((await a.fresh('access')).keys)).toEqual(['a-access', 'b-access']);
  await expect.poll(() => kidsOf(a.of('exchange'))).toEqual(['a-now', 'a-next', 'b-now', 'b-next']);
});

test('a key of a copy that is gone is dropped when nothing can count any more that it signed', async () => {
  (await startCopy('gone')).close();
  const c = await startCopy('c');
  expect(kidsOf(c.of('access'))).toContain('gone-access');
  await database.asOwner("update signing_keys set expires_at = now() where id like 'gone-%'");
  expect(kidsOf((await c.fresh('access')).keys)).not.toContain('gone-access');
});

test('the own keys are known whatever becomes of the database', async () => {
  let isGone = false;
  const d = await startCopy('d', {
    query: (sql, values) => (isGone ? Promise.reject(new Error('gone')) : database.query(sql, values)),
  });
  isGone = true;
  expect(kidsOf(d.of('exchange'))).toEqual(expect.arrayContaining(['d-now', 'd-next']));
  await expect(d.fresh('exchange')).rejects.toThrow('gone');
});
