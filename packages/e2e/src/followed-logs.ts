import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { commandLine, plainText } from './zt-command.ts';

/** What those know whom this process starts: one copy of the logs is enough for all. */
const mark = 'ZT_LOGS_FOLLOWED';

/**
 * Has what all containers of the enclosing stack say written to files, as processes of a machine have it. Settles when all
 * that was said so far is there.
 */
export async function followLogs(): Promise<{ stop(): Promise<void> }> {
  if (process.env[mark] !== undefined) return { stop: async () => {} };
  const follower = spawn(process.execPath, [commandLine, 'compose', 'follow-logs'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainText(),
  });
  const ended = once(follower, 'close');
  const begun = await Promise.race([once(follower.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!begun) throw new Error('the logs of the containers can not be followed');
  // What it says later is for nobody, and must not keep it waiting.
  follower.stdout.resume();
  process.env[mark] = '1';
  return {
    async stop() {
      delete process.env[mark];
      follower.kill();
      await ended;
    },
  };
}
