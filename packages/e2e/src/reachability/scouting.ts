import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Container } from '../compose/containers.ts';

/** A place that may be there. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** What became of a try to connect. */
export const sights = ['connected', 'refused', 'timeout', 'no route'] as const;
export type Seen = (typeof sights)[number];

/** Somebody who looks around from inside a container's network, with nothing else of the container. */
export interface Scout {
  readonly container: Container;
  /** At which ports somebody listens there. */
  readonly ports: readonly number[];
  /** Tries to reach them all at once; gives what it saw, in the same order. To be called once: it leaves afterwards. */
  look(targets: readonly Target[]): Promise<Seen[]>;
}

const image = 'zero-trust/tools';
const program = 'packages/e2e/src/reachability/scout.ts';
/** Whatever happens, nobody is left behind. */
const patienceMs = 60_000;
const ports = z.array(z.number());
const seen = z.array(z.enum(sights));

/**
 * Sends a scout into a container's network: a container of the stack's tools that shares it, and has no rights, no identity
 * and no volume. So a container without a shell can be looked out of, too, and nothing in it changes.
 */
export async function sendScout(container: Container): Promise<Scout> {
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--interactive', '--network', `container:${container.id}`, '--user', '999:999'],
      ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pull', 'never'],
      ...['--entrypoint', 'node', image, program],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], timeout: patienceMs },
  );
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = once(child, 'error').then(([error]: unknown[]) => Promise.reject(error));

  async function nextLine(): Promise<unknown> {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done === true) throw new Error(`nobody could look around from inside ${container.name}`);
    return JSON.parse(String(value));
  }

  return {
    container,
    ports: ports.parse(await nextLine()),
    async look(targets) {
      child.stdin.end(`${JSON.stringify(targets)}\n`);
      return seen.parse(await nextLine());
    },
  };
}
