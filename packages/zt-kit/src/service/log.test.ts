import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const script = `
  import { createLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
  const log = createLog('order');
  for (let line = 0; line < 100; line += 1) log.info('serving', { line });
  process.stderr.write('went on');
`;

/** Runs the script with its log on a file; gives the exit code and what it said besides. */
async function runWithLogOn(path: string): Promise<{ readonly code: number; readonly said: string }> {
  const file = await open(path, 'r+');
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', file.fd, 'pipe'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    timeout: 20_000,
  });
  const [said, [code]] = await Promise.all([text(child.stderr ?? expect.fail()), once(child, 'close')]);
  await file.close();
  return { code, said };
}

test('a service goes on, and ends when it wants to, where the disk of its log is full', async () => {
  // Linux's own full disk.
  expect(await runWithLogOn('/dev/full')).toEqual({ code: 0, said: 'went on' });
}, 30_000);
