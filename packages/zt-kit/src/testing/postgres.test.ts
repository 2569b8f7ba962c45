import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { startTestPostgres } from './postgres.ts';

test('a test gets a real Postgres of its own, and nothing of it is left afterwards', async () => {
  const postgres = await startTestPostgres({ application_name: 'zt' });
  await postgres.execute('create table stock (sku text); insert into stock values (1)');
  const client = new Client({ connectionString: postgres.connectionString() });
  await client.connect();
  const { rows } = await client.query('select sku, current_setting($1) as name from stock', ['port']);
  await client.end();
  await postgres.close();
  expect(rows).toEqual([{ sku: '1', name: String(postgres.port) }]);
  expect(existsSync(postgres.directory)).toBe(false);
}, 30_000);

test('a Postgres that is killed starts again with what was committed, and goes when it is closed', async () => {
  const postgres = await startTestPostgres();
  await postgres.execute('create table stock (sku text)');
  const sleeping = postgres.execute('select pg_sleep(60)');
  await Promise.all([expect(sleeping).rejects.toThrow(), postgres.kill()]);
  await postgres.kill();
  await postgres.execute('insert into stock values (1)');
  await postgres.close();
  expect(existsSync(postgres.directory)).toBe(false);
}, 60_000);

test('a Postgres that cannot start says why', async () => {
  await expect(startTestPostgres({ ssl: 'on' })).rejects.toThrow('server.crt');
}, 30_000);

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'nothing is left of a test that ends by %s',
  async (signal) => {
    const script = `
    const { startTestPostgres } = await import('${new URL('./postgres.ts', import.meta.url)}');
    console.log((await startTestPostgres()).directory);
  `;
    const asking = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [directory] = (await once(asking.stdout.setEncoding('utf8'), 'data')) as [string];
    expect(existsSync(directory.trim())).toBe(true);
    asking.kill(signal);
    await expect.poll(() => existsSync(directory.trim()), { timeout: 10_000 }).toBe(false);
  },
  30_000,
);
