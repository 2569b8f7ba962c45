import { type ContainerDetails, type EngineClient, nameAmong, readContainerLog } from '@zt/container-engine';
import type { StackDescription } from '@zt/e2e/stack-description';
import type { ProcessStatus, StackStatus } from '../control/stack-status.ts';
import { lastSvidEvents } from '../stack/svid-events.ts';
import { steps } from './stack-services.ts';

/** After it orders can be placed. */
const lastStep = steps.at(-1);

/** Whether a stack has started; `description` is null before it first did. */
export async function composePhase(
  engine: EngineClient,
  description: StackDescription | null,
): Promise<StackStatus['phase']> {
  const last = (await engine.containers()).find(({ service }) => service === lastStep);
  return phaseOf(description, last === undefined ? null : await engine.inspect(last.id));
}

/** The containers of a stack, as its processes are told of; `description` is null before it was first started. */
export async function composeStatus(
  engine: EngineClient,
  { name, description }: { readonly name: string; readonly description: StackDescription | null },
): Promise<StackStatus> {
  const [containers, ports] = await Promise.all([engine.containers(), engine.publishedPorts()]);
  const found = await Promise.all(
    containers.map(async (container) => ({ container, details: await engine.inspect(container.id) })),
  );
  const present = found.flatMap(({ container, details }) => (details === null ? [] : [{ container, details }]));
  const last = present.find(({ container }) => container.service === lastStep);
  const processes = present
    // Of the steps only one that failed is shown.
    .filter(({ container, details }) => steps.every((step) => step !== container.service) || hasFailed(details))
    .map(async ({ container, details }): Promise<ProcessStatus> => {
      const { state, restarts, health, startedAt, endedAt } = details;
      return {
        name: nameAmong(containers, container),
        state: stateOf(state),
        pid: null,
        ports: [...(ports.get(container.id) ?? [])],
        restarts,
        svids: lastSvidEvents(await readContainerLog(engine, container.id)).map(({ spiffeId, notAfter }) => ({
          spiffeId,
          notAfter: notAfter.toISOString(),
        })),
        startedAt,
        ...(health === null ? {} : { health }),
        ...(endedAt === null ? {} : { endedAt }),
      };
    });
  return {
    name,
    phase: phaseOf(description, last?.details ?? null),
    startedAt: present.map(({ details }) => details.startedAt).toSorted()[0] ?? new Date().toISOString(),
    gatewayUrl: description?.gatewayUrl ?? '',
    issuerUrl: description?.issuerUrl ?? '',
    processes: await Promise.all(processes),
  };
}

function stateOf(state: ContainerDetails['state']): ProcessStatus['state'] {
  switch (state) {
    case 'running':
    case 'paused':
      return 'running';
    case 'restarting':
      return 'restarting';
    case 'created':
    case 'exited':
    case 'dead':
    case 'removing':
      return 'ended';
  }
}

function phaseOf(description: StackDescription | null, lastStep: ContainerDetails | null): StackStatus['phase'] {
  const hasStarted = lastStep?.state === 'exited' && lastStep.exitCode === 0;
  return description !== null && hasStarted ? 'running' : 'starting';
}

function hasFailed({ state, exitCode }: ContainerDetails): boolean {
  return (state === 'exited' || state === 'dead') && exitCode !== 0;
}
