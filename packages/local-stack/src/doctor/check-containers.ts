import { lastingServices } from '../compose/stack-services.ts';
import { downSince } from './check-processes.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Containers that do not run, or run and are not well, and such as there have to be and are not. */
export async function checkContainers(
  stack: Pick<RunningExaminedStack, 'status' | 'stateDirectory' | 'command' | 'start'>,
): Promise<Finding[]> {
  const { status, command, start } = stack;
  const missing = lastingServices.filter((service) =>
    status.processes.every(({ name }) => name !== service && name !== `${service}-1`),
  );
  const unwell = status.processes.filter(({ state, health }) => state !== 'running' || health === 'unhealthy');
  const phase = {
    subject: 'stack',
    what: `is ${status.phase}`,
    since: status.startedAt,
    todo: 'wait a moment, and ask again',
  };
  return [
    ...(status.phase === 'running' ? [] : [phase]),
    ...missing.map((subject) => ({ subject, what: 'has no container', since: null, todo: `make one with ${start}` })),
    ...(await Promise.all(
      unwell.map(async ({ name, state, restarts }) => ({
        subject: name,
        what: whatOf(state, restarts),
        since: await downSince(stack, name),
        todo: `look at why: ${command(`logs ${name.replace(/-\d+$/, '')}`)}${state === 'ended' ? `; ${start} starts it` : ''}`,
      })),
    )),
  ];
}

function whatOf(state: 'running' | 'restarting' | 'ended', restarts: number): string {
  switch (state) {
    case 'running':
      return 'runs, and its health check fails';
    case 'restarting':
      return `does not run; it has been started again ${restarts} times, and will be once more`;
    case 'ended':
      return 'has ended, and is not started again';
  }
}
