import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { helperOptions, toolsImage } from '../compose/helper-options.ts';
import type { Connection } from './socket-table.ts';

/** A place that may be there. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** What became of a try to connect. */
export interface Sight {
  readonly seen: 'connected' | 'refused' | 'timeout' | 'no route';
  /** Its own port, where it was connected; 0 elsewhere. */
  readonly from: number;
}

/** What a scout can be asked. */
export type Question =
  | { readonly what: 'listening' }
  | { readonly what: 'look'; readonly targets: readonly Target[] }
  | { readonly what: 'has'; readonly connections: readonly Connection[] };

/** Somebody who looks around from inside a network namespace, with nothing else of whoever it belongs to. */
export interface Scout {
  /** At which ports somebody listens there. */
  listening(): Promise<number[]>;
  /** Tries to reach them all at once; gives what it saw, in the same order. Holds what it connected to until it leaves. */
  look(targets: readonly Target[]): Promise<Sight[]>;
  /** Which of these connections somebody has there. */
  has(connections: readonly Connection[]): Promise<boolean[]>;
  leave(): void;
}

const program = 'packages/e2e/src/reachability/scout.ts';
/** Whatever happens, nobody is left behind. */
const patienceMs = 60_000;
const ports = z.array(z.number());
const sights = z.array(z.object({ seen: z.enum(['connected', 'refused', 'timeout', 'no route']), from: z.number() }));
const truths = z.array(z.boolean());

/**
 * Sends a scout into a network: `container:<id>` or `host`. It is a container of the stack's tools, without rights, identity or
 * volumes. So an image without a shell can be looked out of, too, and nothing in the container changes.
 */
export function sendScout(network: string): Scout {
  const child = spawn(
    'docker',
    ['run', ...helperOptions, '--interactive', '--network', network, '--user', '999:999', toolsImage, program],
    { stdio: ['pipe', 'pipe', 'inherit'], timeout: patienceMs },
  );
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = once(child, 'error').then(([error]: unknown[]) => Promise.reject(error));
  failed.catch(() => {});

  async function ask(question: Question): Promise<unknown> {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done === true) throw new Error(`nobody could look around from inside ${network}: see above`);
    return JSON.parse(String(value));
  }

  return {
    listening: async () => ports.parse(await ask({ what: 'listening' })),
    look: async (targets) => sights.parse(await ask({ what: 'look', targets })),
    has: async (connections) => truths.parse(await ask({ what: 'has', connections })),
    leave: () => child.stdin.end(),
  };
}
