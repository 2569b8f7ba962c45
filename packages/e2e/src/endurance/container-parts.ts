import { setTimeout as sleep } from 'node:timers/promises';
import { nameAmong } from '@zt/container-engine';
import { type Container, containersOf, inspectContainers } from '../compose/containers.ts';
import { helperOptions, toolsImage } from '../compose/helper-options.ts';
import { type RunDocker, runDocker } from '../compose/run-docker.ts';
import type { Parts } from './kill-parts.ts';

const lookMs = 500;
const patienceMs = 120_000;

/**
 * Kills a container's first process, unless the id has become another's: its control group names the container. Run where
 * the engine is, in the namespace of all its processes.
 */
const killer = `
const { readFileSync } = require('node:fs');
const [pid, container] = process.argv.slice(1);
if (!readFileSync('/proc/' + pid + '/cgroup', 'utf8').includes(container)) throw new Error('no process of ' + container);
process.kill(Number(pid), 'SIGKILL');
console.log('killed');
`;

/** The containers of a project that run, each of which the engine starts again by its restart policy. */
export function createContainerParts(project: string, docker?: RunDocker): Parts {
  const running = async () => (await containersOf(project, docker)).filter(({ isRunning }) => isRunning);

  async function look({ id }: Pick<Container, 'id'>): Promise<Container | undefined> {
    return (await inspectContainers([id], docker))[0];
  }

  async function untilReady(container: Container): Promise<Container> {
    const end = Date.now() + patienceMs;
    while (Date.now() < end) {
      const now = await look(container);
      if (now !== undefined && isReady(now)) return now;
      await sleep(lookMs);
    }
    throw new Error(`${container.name} is not ready`);
  }

  return {
    async names() {
      const containers = await running();
      return containers.map((each) => nameAmong(containers, each));
    },
    async kill(part) {
      const containers = await containersOf(project, docker);
      const found = containers.find((each) => nameAmong(containers, each) === part);
      if (found === undefined) throw new Error(`there is no container ${part}`);
      const before = await untilReady(found);
      const at = await killFirstProcess(before, docker);
      while (Date.now() - at < patienceMs) {
        const now = await look(before);
        if (now !== undefined && now.restarts > before.restarts && isReady(now))
          return { part, at, backAfterMs: Date.now() - at };
        await sleep(lookMs);
      }
      return { part, at, backAfterMs: null };
    },
  };
}

/**
 * Kills as the kernel or a fault would: `docker kill` is a stop that somebody wants, after which no policy starts anything
 * again. Gives the moment, in milliseconds since the epoch. Whoever may use the engine need not be root for this.
 */
async function killFirstProcess({ pid, id, name }: Container, docker: RunDocker = runDocker): Promise<number> {
  const rights = ['--pid', 'host', '--user', '0', '--cap-add', 'KILL', '--network', 'none'];
  let at: number | null = null;
  await docker(['run', ...helperOptions, ...rights, toolsImage, '-e', killer, '--', String(pid), id], {
    onLine() {
      at = Date.now();
    },
  });
  if (at === null) throw new Error(`${name} was not killed: see above`);
  return at;
}

function isReady({ isRunning, health }: Container): boolean {
  return isRunning && (health === null || health === 'healthy');
}
