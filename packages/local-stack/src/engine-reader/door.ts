import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { EngineConnection } from '@zt/container-engine/connection';
import { type DoorName, type DoorRequest, parseDoorRequest } from './door-request.ts';
import type { OwnProject } from './own-project.ts';

export interface Door {
  /** Ends what is under way as well. */
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly name: DoorName;
  readonly socket: string;
  readonly engine: EngineConnection;
  readonly project: OwnProject;
  /** Told of whatever is refused: method and path, nothing else. */
  readonly onRefused: (request: { readonly method: string; readonly path: string }) => void;
  /** Told that the engine could not be asked. */
  readonly onUnanswered: (error: unknown) => void;
}

/** More than SPIRE's agent and a follower of every log ever have open. */
const mostConnections = 256;
const longestLoggedPath = 200;
const passedOn = ['api-version', 'ostype', 'content-type'] as const;

/** Answers at a Unix socket of mode 0660 what may be asked there, and refuses everything else with 403. */
export async function createDoor(options: DoorOptions): Promise<Door> {
  const { name, socket, onRefused, onUnanswered } = options;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const { method = '', url = '' } = request;
    const wanted = hasBody(request) ? null : parseDoorRequest(name, method, url);
    if (wanted === null) {
      onRefused({ method, path: url.replace(/\?.*/s, '').slice(0, longestLoggedPath) });
      // What else such a client has sent is not read.
      response.setHeader('connection', 'close');
      reply(response, 403, { message: 'nobody may ask the engine for that here' });
      return;
    }
    answer(options, wanted, method === 'HEAD' ? 'HEAD' : 'GET', response).catch((error: unknown) => {
      onUnanswered(error);
      if (response.headersSent) response.destroy();
      else reply(response, 502, { message: 'the engine does not answer' });
    });
  });
  server.maxConnections = mostConnections;
  // The engine is never asked more at once than there are connections, whatever somebody sends over one.
  server.maxRequestsPerSocket = 1;
  // Two protocols that nobody needs here.
  for (const event of ['connect', 'upgrade'] as const) server.on(event, (_request, connection) => connection.destroy());
  await rm(socket, { force: true });
  await listen(server, socket);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { engine, project }: DoorOptions,
  wanted: DoorRequest,
  method: 'GET' | 'HEAD',
  response: ServerResponse,
): Promise<void> {
  switch (wanted.kind) {
    case 'ping':
      return await passOn(await engine.open(method, '/_ping'), response);
    case 'list':
      return reply(response, 200, await project.list(wanted.all));
    case 'inspect': {
      const container = await project.inspect(wanted.id);
      return container === null ? reply(response, 404, unknown(wanted.id)) : reply(response, 200, container);
    }
    case 'logs':
      if ((await project.inspect(wanted.id)) === null) return reply(response, 404, unknown(wanted.id));
      return await passOn(await engine.open('GET', `/containers/${wanted.id}/logs?${wanted.query}`), response);
  }
}

/** As the engine says it. */
function unknown(id: string): { readonly message: string } {
  return { message: `No such container: ${id}` };
}

/** Passes an answer on as it comes, no faster than it is read; whoever hangs up ends it at the engine as well. */
async function passOn(from: IncomingMessage, to: ServerResponse): Promise<void> {
  const headers = passedOn.flatMap((header) => {
    const value = from.headers[header];
    return value === undefined ? [] : [[header, value] as const];
  });
  to.writeHead(from.statusCode ?? 502, Object.fromEntries(headers));
  // A log that nobody has written to yet has a head all the same.
  to.flushHeaders();
  await pipeline(from, to).catch((error: unknown) => {
    if (!to.destroyed) throw error;
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function reply(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A socket gets its mode when it is made, so that there is no moment at which it has another. */
async function listen(server: ReturnType<typeof createServer>, socket: string): Promise<void> {
  const before = process.umask(0o117);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
  } finally {
    process.umask(before);
  }
}
