import { setTimeout as sleep } from 'node:timers/promises';
import { type RunDocker, runDocker } from '../compose/run-docker.ts';
import type { UsedProject } from '../compose/use-compose-project.ts';
import type { EnduranceOptions } from './command-line.ts';
import { memoryOfContainers } from './container-memory.ts';
import { watchMishaps } from './container-mishaps.ts';
import { createContainerParts } from './container-parts.ts';
import type { EnduranceReport } from './endurance-report.ts';
import { type Kill, killEachPart } from './kill-parts.ts';
import { placesOfLogins } from './places-of-logins.ts';
import { calmMs, ordersFlow } from './run-endurance.ts';

const minuteMs = 60_000;
const program = 'packages/e2e/src/endurance/main.ts';

interface Progress {
  onKill(kill: Kill): void;
  onLine(line: string): void;
}

/**
 * Lets orders flow in a container of the stack, while everything that can only be done from outside is done here: containers
 * are killed, and looked at.
 */
export async function runOnContainers(
  { name, project }: Pick<UsedProject, 'name' | 'project'>,
  options: EnduranceOptions,
  { onKill, onLine }: Progress,
  docker: RunDocker = runDocker,
): Promise<EnduranceReport> {
  const { promise: flowing, resolve: flow } = Promise.withResolvers<boolean>();
  const kills: Kill[] = [];
  const memory: Readonly<Record<string, number>>[] = [];
  const ended = new AbortController();
  let notKilled: readonly string[] = [];
  let report: EnduranceReport | null = null;

  async function order(): Promise<void> {
    await project.run({
      service: 'e2e',
      entrypoint: 'node',
      args: [program, ...argumentsOf(options)],
      onLine(line) {
        if (line === ordersFlow) flow(true);
        if (line.startsWith('{"stack":')) report = JSON.parse(line) as EnduranceReport;
        else onLine(line);
      },
    });
    flow(false);
    ended.abort();
  }

  async function kill(): Promise<void> {
    if (!options.kill || !(await flowing)) return;
    await sleep(calmMs, undefined, { signal: ended.signal }).catch(() => {});
    notKilled = await killEachPart({
      parts: createContainerParts(name, docker),
      withinMs: options.minutes * minuteMs - 2 * calmMs,
      onKill(each) {
        kills.push(each);
        onKill(each);
      },
      signal: ended.signal,
    });
  }

  async function lookEachMinute(): Promise<void> {
    if (!(await flowing)) return;
    const startedAt = Date.now();
    for (let minute = 1; minute <= options.minutes; minute += 1) {
      // A little before it is over: nobody is to be looked at who has just finished.
      const restMs = startedAt + minute * minuteMs - 5_000 - Date.now();
      await sleep(Math.max(0, restMs), undefined, { signal: ended.signal }).catch(() => {});
      if (ended.signal.aborted) return;
      memory.push(await memoryOfContainers(name, docker));
    }
  }

  const stopWatching = await watchMishaps(name, docker);
  // Whatever goes wrong outside, the run in the container is waited for.
  const all = await Promise.allSettled([order(), kill(), lookEachMinute()]);
  const mishaps = await stopWatching();
  const failed = all.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  if (report === null) throw new Error('the run in the container ended without a report: see above');
  return withWhatWasSeenHere(report, {
    name,
    kills,
    notKilled,
    mishaps,
    memory,
    places: await placesOfLogins(name, docker),
  });
}

function withWhatWasSeenHere(
  report: EnduranceReport,
  seen: Pick<EnduranceReport, 'kills' | 'notKilled' | 'mishaps'> & {
    readonly name: string;
    readonly memory: readonly Readonly<Record<string, number>>[];
    readonly places: ReadonlyMap<string, string>;
  },
): EnduranceReport {
  const { name, kills, notKilled, mishaps, memory, places } = seen;
  return {
    ...report,
    stack: name,
    minutes: report.minutes.map((line, index) => ({ ...line, memory: memory[index] ?? {} })),
    kills,
    notKilled,
    mishaps,
    copies: report.copies.map((copy) => {
      const place = copy.logins.map((login) => places.get(login)).find((found) => found !== undefined);
      return { ...copy, ...(place === undefined ? {} : { place }) };
    }),
  };
}

function argumentsOf({ minutes, concurrency, kill, patient, rotateApiKey }: EnduranceOptions): string[] {
  return [
    ...['--minutes', String(minutes), '--concurrency', String(concurrency), '--report', '-'],
    ...(kill || patient ? ['--patient'] : []),
    ...(rotateApiKey ? ['--rotate-api-key'] : []),
  ];
}
