import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { StackDescription } from '../stack-description.ts';

/** A process of a running stack. */
export interface StackProcess {
  readonly name: string;
  /** Null while it is down. */
  readonly pid: number | null;
  readonly running: boolean;
  /** How often its supervisor has started it again. */
  readonly restarts: number;
}

/** Asks a stack's supervisor, over its Unix socket, how its processes are, and takes them out of service. */
export interface StackControl {
  processes(): Promise<StackProcess[]>;
  /** The process as it runs; waits where it is just being started again. Throws where it does not run within a minute. */
  untilRunning(process: string): Promise<StackProcess & { readonly pid: number }>;
  /** Kills a process and keeps it down until it is released. */
  hold(process: string): Promise<void>;
  release(process: string): Promise<void>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  close(): Promise<void>;
}

const startMs = 60_000;
const lookMs = 200;
const status = z.object({
  processes: z.array(
    z.object({ name: z.string(), state: z.string(), pid: z.number().nullable(), restarts: z.number() }),
  ),
});

export function createStackControl(stack: Pick<StackDescription, 'socketDirectory'>): StackControl {
  const dispatcher = new Agent({ connect: { socketPath: join(stack.socketDirectory, 'control.sock') } });

  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const response = await request(`http://stack${path}`, {
      method,
      dispatcher,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.body.json();
    if (response.statusCode !== 200) throw new Error(`the supervisor could not do that: ${JSON.stringify(answer)}`);
    return answer;
  }

  async function processes(): Promise<StackProcess[]> {
    return status.parse(await ask('GET', '/status')).processes.map(({ name, state, pid, restarts }) => ({
      name,
      pid,
      restarts,
      running: state === 'running' && pid !== null,
    }));
  }

  const trouble = async (body: object): Promise<void> => void (await ask('POST', '/trouble', body));
  return {
    processes,
    async untilRunning(process) {
      const end = Date.now() + startMs;
      while (true) {
        const found = (await processes()).find(({ name, running }) => name === process && running);
        if (found !== undefined && found.pid !== null) return { ...found, pid: found.pid };
        if (Date.now() > end) throw new Error(`${process} does not run`);
        await sleep(lookMs);
      }
    },
    hold: (process) => trouble({ what: 'hold', process }),
    release: (process) => trouble({ what: 'release', process }),
    seal: () => trouble({ what: 'seal' }),
    unseal: () => trouble({ what: 'unseal' }),
    close: () => dispatcher.close(),
  };
}
