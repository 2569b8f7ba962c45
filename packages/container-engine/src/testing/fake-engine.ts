import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface FakeContainer {
  readonly id: string;
  write(text: string, stream?: 'stdout' | 'stderr'): void;
  /** Ends it, and with it every log of it that is followed. */
  stop(exitCode?: number): void;
  start(): void;
}

/** A container engine that has containers only by name, at a Unix socket: the answers are such as Docker 20.10 gives. */
export interface FakeEngine {
  readonly socket: string;
  /** Every request that came, as `GET /path?query`. */
  readonly requests: readonly string[];
  /** How many logs are being followed. */
  readonly followers: number;
  addContainer(labels: Readonly<Record<string, string>>, details?: { readonly env?: readonly string[] }): FakeContainer;
  remove(container: FakeContainer): void;
  close(): Promise<void>;
}

interface Kept {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly log: { readonly time: string; readonly frame: (withTime: boolean) => Buffer }[];
  readonly followers: Set<ServerResponse>;
  isRunning: boolean;
  exitCode: number;
  restarts: number;
}

export async function startFakeEngine(socket: string): Promise<FakeEngine> {
  const containers = new Map<string, Kept>();
  const requests: string[] = [];
  let clock = Date.parse('2026-01-01T00:00:00Z');
  /** Later each time, with the nine digits that the engine has. */
  const now = (): string => new Date(++clock).toISOString().replace('Z', '000001Z');

  function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    requests.push(`${method} ${url}`);
    const { pathname, searchParams } = new URL(url, 'http://engine');
    const path = pathname.replace(/^\/v1\.\d+/, '');
    if (path === '/_ping') {
      response.writeHead(200, { 'api-version': '1.41', ostype: 'linux', 'content-type': 'text/plain' });
      response.end(method === 'HEAD' ? undefined : 'OK');
      return;
    }
    const [, id = '', about = ''] = /^\/containers\/([0-9a-f]+)\/(json|logs)$/.exec(path) ?? [];
    const container = [...containers.values()].find((each) => id !== '' && each.id.startsWith(id));
    if (path === '/containers/json') json(response, 200, [...containers.values()].map(listed));
    else if (container === undefined) json(response, 404, { message: `No such container: ${id}` });
    else if (about === 'json') json(response, 200, inspected(container));
    else sendLog(container, searchParams, response);
  }

  const server = createServer(answer).listen(socket);
  await once(server, 'listening');
  return {
    socket,
    requests,
    get followers() {
      return [...containers.values()].reduce((sum, { followers }) => sum + followers.size, 0);
    },
    addContainer(labels, { env = [] } = {}) {
      const kept: Kept = {
        id: randomBytes(32).toString('hex'),
        labels,
        env,
        log: [],
        followers: new Set(),
        isRunning: true,
        exitCode: 0,
        restarts: 0,
      };
      containers.set(kept.id, kept);
      return {
        id: kept.id,
        write(text, stream = 'stdout') {
          const time = now();
          const frame = (withTime: boolean): Buffer => frameOf(stream, withTime ? `${time} ${text}` : text);
          kept.log.push({ time, frame });
          for (const follower of kept.followers) follower.write(frame(true));
        },
        stop(exitCode = 0) {
          kept.isRunning = false;
          kept.exitCode = exitCode;
          for (const follower of kept.followers) follower.end();
          kept.followers.clear();
        },
        start() {
          kept.isRunning = true;
          kept.restarts += 1;
        },
      };
    },
    remove: ({ id }) => void containers.delete(id),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendLog(container: Kept, query: URLSearchParams, response: ServerResponse): void {
  const since = Number(query.get('since') ?? 0);
  const all = container.log.filter(({ time }) => secondsOf(time) >= since);
  const tail = query.get('tail');
  response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' }).flushHeaders();
  for (const { frame } of tail === null ? all : all.slice(-Number(tail))) {
    response.write(frame(query.get('timestamps') === 'true'));
  }
  if (query.get('follow') !== 'true' || !container.isRunning) {
    response.end();
    return;
  }
  container.followers.add(response);
  response.on('close', () => container.followers.delete(response));
}

function secondsOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000) + Number(`0${/\.\d+/.exec(time)?.[0] ?? ''}`);
}

function frameOf(stream: 'stdout' | 'stderr', text: string): Buffer {
  const content = Buffer.from(text);
  const head = Buffer.from([stream === 'stdout' ? 1 : 2, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

function listed({ id, labels, isRunning, exitCode }: Kept): unknown {
  return {
    Id: id,
    Names: [`/${id.slice(0, 12)}`],
    Image: 'debian:bookworm-slim',
    Command: 'sleep',
    Created: 1_700_000_000,
    Labels: labels,
    State: isRunning ? 'running' : 'exited',
    Status: isRunning ? 'Up 2 seconds' : `Exited (${exitCode}) 1 second ago`,
    Ports: [
      { IP: '127.0.0.1', PrivatePort: 8444, PublicPort: 8443, Type: 'tcp' },
      { PrivatePort: 8443, Type: 'tcp' },
    ],
    Mounts: [{ Source: '/somewhere' }],
  };
}

function inspected({ id, labels, env, isRunning, exitCode, restarts }: Kept): unknown {
  return {
    Id: id,
    Name: `/${id.slice(0, 12)}`,
    RestartCount: restarts,
    State: {
      Status: isRunning ? 'running' : 'exited',
      Running: isRunning,
      Restarting: false,
      OOMKilled: false,
      Pid: 4711,
      ExitCode: exitCode,
      StartedAt: '2026-01-01T00:00:00.5Z',
      FinishedAt: isRunning ? '0001-01-01T00:00:00Z' : '2026-01-01T00:01:00Z',
      Health: { Status: 'healthy', FailingStreak: 0, Log: [{ Output: 'what a health check said' }] },
    },
    Config: { Image: 'debian:bookworm-slim', Env: env, Cmd: ['sleep'], Labels: labels },
    Mounts: [{ Source: '/somewhere' }],
    NetworkSettings: {},
  };
}

function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
