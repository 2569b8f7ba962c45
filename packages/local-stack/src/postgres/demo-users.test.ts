import { mkdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { withOperatorClient } from '@zt/e2e/operator-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseSetups } from './database-setups.ts';
import { provisionDemoUsers, readDemoUsers } from './demo-users.ts';
import { reconcilePostgres } from './reconcile-postgres.ts';
import { type RunningPostgres, startPostgres } from './start-postgres.ts';
import { createTestStack, type TestStack } from './testing/test-stack.ts';

let stack: TestStack;
let postgres: RunningPostgres;

beforeAll(async () => {
  stack = await createTestStack();
  postgres = await startPostgres(stack.context, { certificate: await stack.serverFiles('postgres') });
  const setups = databaseSetups(accessGraph, stack.context.repositoryRoot);
  await reconcilePostgres(
    postgres.access,
    setups.filter(({ name }) => name === 'identity'),
  );
}, 60_000);

afterAll(() => stack?.close());

async function hashes(): Promise<Record<string, unknown>[]> {
  return await withOperatorClient(postgres.access, 'identity', async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(
      'select id, password_hash, roles from users order by id',
    );
    return rows;
  });
}

test('passwords are made once, are readable by the operating user only, and are kept in the database as hashes', async () => {
  await provisionDemoUsers(stack.context, postgres.access);
  const file = join(stack.context.stateDirectory, 'users.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const users = await readDemoUsers(stack.context.stateDirectory);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(users);
  const before = await hashes();
  expect(before.map(({ id }) => id)).toEqual(Object.keys(users).sort());
  for (const { password } of Object.values(users)) expect(JSON.stringify(before)).not.toContain(password);
  await provisionDemoUsers(stack.context, postgres.access);
  expect(await hashes()).toEqual(before);
}, 30_000);

test('a lost file of passwords gives all users new ones, and a role that was changed by hand is put right', async () => {
  const before = await hashes();
  await withOperatorClient(postgres.access, 'identity', (client) =>
    client.query("update users set roles = '{finance}' where id = 'alice'"),
  );
  await provisionDemoUsers(stack.context, postgres.access);
  const [alice] = await hashes();
  expect(alice).toMatchObject({ id: 'alice', roles: ['customer'] });
  await rm(join(stack.context.stateDirectory, 'users.json'));
  await provisionDemoUsers(stack.context, postgres.access);
  const after = await hashes();
  for (const [index, { password_hash }] of after.entries())
    expect(password_hash).not.toBe(before[index]?.password_hash);
}, 30_000);

test('a set-up that was cut short before the file was written is made good by the next', async () => {
  const file = join(stack.context.stateDirectory, 'users.json');
  await rm(file);
  await mkdir(`${file}.unfinished`);
  await expect(provisionDemoUsers(stack.context, postgres.access)).rejects.toThrow();
  expect(await readDemoUsers(stack.context.stateDirectory)).toEqual({});
  const before = await hashes();
  await rmdir(`${file}.unfinished`);
  await provisionDemoUsers(stack.context, postgres.access);
  const after = await hashes();
  for (const [index, { password_hash }] of after.entries())
    expect(password_hash).not.toBe(before[index]?.password_hash);
}, 30_000);
