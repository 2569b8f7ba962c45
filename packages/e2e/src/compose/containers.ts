import { composeLabels } from '@zt/container-engine/labels';
import { z } from 'zod';
import { askDocker } from './ask-docker.ts';
import type { RunDocker } from './run-docker.ts';

/** One container of a compose project, as the engine sees it. */
export interface Container {
  readonly id: string;
  /** As people see it: `zero-trust-order-1`. */
  readonly name: string;
  /** As the compose file has it: `order`. */
  readonly service: string;
  /** From 1 on; more than that where a service runs several times. */
  readonly copy: number;
  /** Whether somebody runs a command in it, and it ends with that. */
  readonly isOneOff: boolean;
  readonly isRunning: boolean;
  /** Null where the container has no health check. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | null;
  /** Of its first process, on the machine of the engine; 0 while it does not run. */
  readonly pid: number;
  /** RFC 3339, by the engine's clock. */
  readonly startedAt: string;
  /** How often the engine has started it again. */
  readonly restarts: number;
  readonly networks: readonly ContainerNetwork[];
}

export interface ContainerNetwork {
  readonly name: string;
  /** Empty while the container does not run. */
  readonly address: string;
  /** The engine's machine on that network; empty where there is none. */
  readonly gateway: string;
}

const inspected = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    RestartCount: z.number(),
    State: z.object({
      Running: z.boolean(),
      Restarting: z.boolean(),
      Pid: z.number(),
      StartedAt: z.string(),
      Health: z.object({ Status: z.enum(['none', 'starting', 'healthy', 'unhealthy']) }).nullish(),
    }),
    Config: z.object({ Labels: z.record(z.string(), z.string()) }),
    NetworkSettings: z.object({
      Networks: z.record(z.string(), z.object({ IPAddress: z.string(), Gateway: z.string() })),
    }),
  }),
);

/** The containers of a project's stack, in the order of their names; whether they run or not. */
export async function containersOf(project: string, docker?: RunDocker): Promise<Container[]> {
  const all = ['ps', '--all', '--quiet', '--no-trunc', '--filter', `label=${composeLabels.project}=${project}`];
  const ids = (await askDocker(all, docker)).split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  const containers = await inspectContainers(ids, docker);
  return containers
    .filter(({ isOneOff }) => !isOneOff)
    .toSorted((a, b) => a.service.localeCompare(b.service) || a.copy - b.copy);
}

export async function inspectContainers(ids: readonly string[], docker?: RunDocker): Promise<Container[]> {
  const found = inspected.parse(JSON.parse(await askDocker(['inspect', '--type', 'container', ...ids], docker)));
  return found.map(({ Id, Name, RestartCount, State, Config: { Labels }, NetworkSettings: { Networks } }) => {
    const health = State.Health?.Status ?? 'none';
    return {
      id: Id,
      name: Name.replace(/^\//, ''),
      service: Labels[composeLabels.service] ?? '',
      copy: Number(Labels[composeLabels.copy] ?? 1),
      isOneOff: Labels[composeLabels.oneOff] === 'True',
      isRunning: State.Running && !State.Restarting,
      health: health === 'none' ? null : health,
      pid: State.Pid,
      startedAt: State.StartedAt,
      restarts: RestartCount,
      networks: Object.entries(Networks).map(([name, { IPAddress, Gateway }]) => ({
        name,
        address: IPAddress,
        gateway: Gateway,
      })),
    };
  });
}
