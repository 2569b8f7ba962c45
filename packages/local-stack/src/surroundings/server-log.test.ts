import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServerLog } from './server-log.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'zt-server-log-'));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const path = () => join(stateDirectory, 'logs/vault.log');

test('A server inside the supervisor logs JSON lines where processes log, for its user only', async () => {
  const log = await openServerLog(stateDirectory, 'vault');
  log.write({ event: 'sealed' });
  log.write({ level: 'error', time: '2026-01-01T00:00:00.000Z', msg: 'No identity issued' });
  const [first = '', second = ''] = (await readFile(path(), 'utf8')).trimEnd().split('\n');
  expect(JSON.parse(first)).toEqual({ level: 'info', time: expect.any(String), service: 'vault', event: 'sealed' });
  expect(JSON.parse(second)).toMatchObject({ level: 'error', time: '2026-01-01T00:00:00.000Z', service: 'vault' });
  expect((await stat(path())).mode & 0o777).toBe(0o600);
  log.close();
});

test('The log of an earlier run is put aside, and what comes after the end is dropped', async () => {
  const first = await openServerLog(stateDirectory, 'vault');
  first.write({ event: 'first' });
  first.close();
  first.write({ event: 'late' });
  (await openServerLog(stateDirectory, 'vault')).close();
  expect(await readFile(path(), 'utf8')).toBe('');
  const aside = await readFile(`${path()}.1`, 'utf8');
  expect(aside).toContain('"first"');
  expect(aside).not.toContain('"late"');
});
