import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { composeLabels } from './compose-labels.ts';
import { createEngineConnection } from './engine-connection.ts';

/** A container of the stack. One-off containers, in which people run commands, are none. */
export interface Container {
  readonly id: string;
  readonly service: string;
  /** From 1 on; more than that where a service runs several times. */
  readonly copy: number;
  readonly isRunning: boolean;
  /** Changes with every start and every end. */
  readonly status: string;
}

export interface ContainerDetails {
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly health: 'starting' | 'healthy' | 'unhealthy' | null;
  readonly restarts: number;
  readonly exitCode: number;
  /** RFC 3339 */
  readonly startedAt: string;
  /** Null where it never ended. */
  readonly endedAt: string | null;
}

export interface LogOptions {
  readonly follow: boolean;
  /** How many lines of the past, at the most. */
  readonly tail?: number;
  /** Only what was written then or later. */
  readonly since?: string;
}

/** Reads what the engine knows of the stack's containers: through engine-reader, which has only that to give. */
export interface EngineClient {
  containers(): Promise<Container[]>;
  /** The labels of the container whose id begins so, also of a one-off one; null where there is none. */
  labelsOf(id: string): Promise<Readonly<Record<string, string>> | null>;
  /** Null where it is gone. */
  inspect(id: string): Promise<ContainerDetails | null>;
  /** As `createLogFrames` takes it apart. Ends when the container does, also where it is followed. */
  logs(id: string, options: LogOptions): Promise<IncomingMessage>;
  /** Ports of this machine, by container. */
  publishedPorts(): Promise<ReadonlyMap<string, readonly number[]>>;
}

const listed = z.array(
  z.object({
    Id: z.string(),
    State: z.string(),
    Status: z.string(),
    Labels: z.record(z.string(), z.string()),
    Ports: z.array(z.object({ PublicPort: z.number().optional() })).nullish(),
  }),
);

const inspected = z.object({
  RestartCount: z.number(),
  State: z.object({
    Status: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
    ExitCode: z.number(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
});

const health = z.enum(['starting', 'healthy', 'unhealthy']);
/** What the engine says of a time that never was. */
const never = /^0001-/;

export function createEngineClient(socket: string): EngineClient {
  const connection = createEngineConnection(socket);

  async function list(): Promise<z.infer<typeof listed>> {
    const { status, body } = await answerOf(connection.json('/containers/json?all=true'));
    if (status !== 200) throw new Error(`the engine's reader answered ${status}`);
    return listed.parse(body);
  }

  async function listServices(): Promise<z.infer<typeof listed>> {
    return (await list()).filter(({ Labels }) => Labels[composeLabels.oneOff] !== 'True');
  }

  return {
    async containers() {
      const containers = (await listServices()).map(({ Id, State, Status, Labels }) => ({
        id: Id,
        service: Labels[composeLabels.service] ?? '',
        copy: Number(Labels[composeLabels.copy] ?? 1),
        isRunning: State === 'running',
        status: Status,
      }));
      const valid = containers.filter(({ service }) => /^[a-z][a-z0-9-]*$/.test(service));
      return valid.toSorted((a, b) => a.service.localeCompare(b.service) || a.copy - b.copy);
    },
    async publishedPorts() {
      return new Map(
        (await listServices()).map(({ Id, Ports }) => [
          Id,
          [...new Set((Ports ?? []).flatMap(({ PublicPort }) => PublicPort ?? []))],
        ]),
      );
    },
    labelsOf: async (id) => (await list()).find(({ Id }) => Id.startsWith(id))?.Labels ?? null,
    async inspect(id) {
      const { status, body } = await answerOf(connection.json(`/containers/${id}/json`));
      if (status === 404) return null;
      const { RestartCount, State } = inspected.parse(body);
      return {
        state: State.Status,
        health: health.safeParse(State.Health?.Status).data ?? null,
        restarts: RestartCount,
        exitCode: State.ExitCode,
        startedAt: State.StartedAt,
        endedAt: never.test(State.FinishedAt) ? null : State.FinishedAt,
      };
    },
    async logs(id, { follow, tail, since }) {
      const query = new URLSearchParams({ stdout: 'true', stderr: 'true', timestamps: 'true', follow: String(follow) });
      if (tail !== undefined) query.set('tail', String(tail));
      if (since !== undefined) query.set('since', secondsOf(since));
      const answer = await answerOf(connection.open('GET', `/containers/${id}/logs?${query}`));
      if (answer.statusCode === 200) return answer;
      answer.destroy();
      throw new Error(`the engine's reader answered ${answer.statusCode}`);
    },
  };
}

/** Says what to do where there is none. */
async function answerOf<Answer>(asked: Promise<Answer>): Promise<Answer> {
  return await asked.catch((cause: Error) => {
    const todo = 'start the stack with docker compose up --wait, or look at docker compose logs engine-reader';
    throw new Error(`engine-reader does not answer (${cause.message}): ${todo}`, { cause });
  });
}

/** `2026-11-23T14:42:30.123456789Z` as seconds with nine digits behind the point. */
function secondsOf(time: string): string {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return `${Math.floor(Date.parse(time) / 1000)}.${fraction.padEnd(9, '0')}`;
}
