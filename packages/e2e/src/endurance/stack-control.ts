import { join } from 'node:path';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { StackDescription } from '../stack-description.ts';

/** A process of a running stack. */
export interface StackProcess {
  readonly name: string;
  /** Null while it is down. */
  readonly pid: number | null;
  readonly running: boolean;
}

/** Asks a stack's supervisor, over its Unix socket, how its processes are, and takes them out of service. */
export interface StackControl {
  processes(): Promise<StackProcess[]>;
  /** Kills a process and keeps it down until it is released. */
  hold(process: string): Promise<void>;
  release(process: string): Promise<void>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  close(): Promise<void>;
}

const status = z.object({
  processes: z.array(z.object({ name: z.string(), state: z.string(), pid: z.number().nullable() })),
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

  const trouble = async (body: object): Promise<void> => void (await ask('POST', '/trouble', body));
  return {
    async processes() {
      return status.parse(await ask('GET', '/status')).processes.map(({ name, state, pid }) => ({
        name,
        pid,
        running: state === 'running' && pid !== null,
      }));
    },
    hold: (process) => trouble({ what: 'hold', process }),
    release: (process) => trouble({ what: 'release', process }),
    seal: () => trouble({ what: 'seal' }),
    unseal: () => trouble({ what: 'unseal' }),
    close: () => dispatcher.close(),
  };
}
