import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StackSettings } from '../stack/stack-settings.ts';
import { type StepEvent, stackSteps } from '../stack/stack-step.ts';
import { tailLog } from '../supervisor/process-log.ts';
import { smallYoungHeap } from '../supervisor/small-heap.ts';

/** What the supervisor tells the command that started it. */
export const supervisorMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('step'),
    step: z.enum(stackSteps),
    state: z.enum(['started', 'progress', 'done']),
    detail: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type SupervisorMessage = z.infer<typeof supervisorMessage>;

/** Starts a supervisor that outlives this command, and settles when its stack runs. Throws where it does not get there. */
export async function startDetached(
  settings: StackSettings,
  stateDirectory: string,
  onStep: (event: StepEvent) => void,
): Promise<void> {
  await mkdir(join(stateDirectory, 'logs'), { recursive: true, mode: 0o700 });
  const logPath = join(stateDirectory, 'logs/supervisor.log');
  const log = await open(logPath, 'w', 0o600);
  const main = join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, [...smallYoungHeap, main, 'supervise', JSON.stringify(settings)], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  const running = Promise.withResolvers<void>();
  child.on('message', (raw) => {
    const message = supervisorMessage.parse(raw);
    if (message.kind === 'step') onStep(message);
    else if (message.kind === 'running') running.resolve();
    else running.reject(new Error(message.message));
  });
  child.once('error', running.reject);
  child.once('exit', () => {
    tailLog(logPath, 10).then((lines) => running.reject(new Error(`the supervisor ended:\n${lines}`)), running.reject);
  });
  const giveUp = () => child.kill('SIGTERM');
  process.on('SIGINT', giveUp).on('SIGTERM', giveUp);
  try {
    await running.promise;
  } finally {
    process.off('SIGINT', giveUp).off('SIGTERM', giveUp);
    if (child.connected) child.disconnect();
    child.unref();
  }
}
