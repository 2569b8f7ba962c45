import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const script = join(import.meta.dirname, '../../../../infra/docker/serve-with-svid.sh');
/** Takes longer to listen to signals than it takes for the first to be due. */
const slowServer = `
  setInterval(() => {}, 60_000);
  setTimeout(() => {
    process.on('SIGHUP', () => console.log('told'));
    process.on('SIGINT', () => { console.log('asked to end'); process.exit(0); });
    console.log('serving');
  }, 2_000);`;
const patient = { timeout: 10_000, interval: 50 };

let directory: string;
let server: ChildProcess;
let output: string;

async function putCertificate(generation: string): Promise<void> {
  await mkdir(join(directory, generation));
  await symlink(generation, join(directory, 'next'));
  await rename(join(directory, 'next'), join(directory, 'current'));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-svid-'));
  output = '';
  const env = { PATH: process.env.PATH, SVID_DIRECTORY: directory };
  server = spawn('sh', [script, process.execPath, '-e', slowServer], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  server.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
  });
});
afterEach(async () => {
  const isRunning = server.exitCode === null && server.signalCode === null;
  if (isRunning) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await rm(directory, { recursive: true });
});

const timesTold = (): number => output.split('\n').filter((line) => line === 'told').length;

test('a server is told of new certificates once it listens, and ends when nobody can tell it any more', async () => {
  await putCertificate('svid-1');
  await vi.waitUntil(() => output.includes('serving') && timesTold() === 1, patient);
  await putCertificate('svid-2');
  await vi.waitUntil(() => timesTold() === 2, patient);
  const exited = once(server, 'exit');
  await rm(join(directory, 'current'));
  expect(await exited).toEqual([0, null]);
  expect(output).toContain('asked to end');
}, 30_000);

test('without a certificate there is no server, and whoever wants it to end has not to wait', async () => {
  const exited = once(server, 'exit');
  await new Promise((resolve) => setTimeout(resolve, 500));
  server.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(output).toBe('');
}, 30_000);
