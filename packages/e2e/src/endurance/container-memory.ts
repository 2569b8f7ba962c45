import { nameAmong } from '@zt/container-engine';
import { z } from 'zod';
import { askDocker } from '../compose/ask-docker.ts';
import { containersOf } from '../compose/containers.ts';
import type { RunDocker } from '../compose/run-docker.ts';

const stats = z.object({ ID: z.string(), MemUsage: z.string() });
const mebibytes: Readonly<Record<string, number>> = { B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10 };

/** What each running container of a project uses, in mebibytes, as the engine counts it: without what files it has cached. */
export async function memoryOfContainers(
  project: string,
  docker?: RunDocker,
): Promise<Readonly<Record<string, number>>> {
  const containers = (await containersOf(project, docker)).filter(({ isRunning }) => isRunning);
  if (containers.length === 0) return {};
  const ids = containers.map(({ id }) => id);
  const lines = await askDocker(['stats', '--no-stream', '--no-trunc', '--format', '{{json .}}', ...ids], docker);
  const used = new Map(
    lines.split('\n').map((line) => {
      const { ID, MemUsage } = stats.parse(JSON.parse(line));
      return [ID, mebibytesOf(MemUsage)] as const;
    }),
  );
  return Object.fromEntries(containers.map((each) => [nameAmong(containers, each), used.get(each.id) ?? 0]));
}

/** `81.2MiB / 192MiB`: used, and the limit. */
function mebibytesOf(usage: string): number {
  const [, count = '0', unit = 'B'] = /^([\d.]+)([A-Za-z]+)/.exec(usage) ?? [];
  return Number(count) * (mebibytes[unit] ?? 0);
}
