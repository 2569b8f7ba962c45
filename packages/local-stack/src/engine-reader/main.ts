import { hostname } from 'node:os';
import { createEngineConnection } from '@zt/container-engine/connection';
import { messageOf } from '../error-message.ts';
import { closeOnSignal } from '../sidecar/close-on-signal.ts';
import { createProgramLog } from '../sidecar/program-log.ts';
import { createDoor } from './door.ts';
import type { DoorName } from './door-request.ts';
import { engineReaderEnvironment } from './environment.ts';
import { createOwnProject, projectOf } from './own-project.ts';

/**
 * The one process that holds the engine's socket. Whoever could write there would be root on the machine: so that nobody
 * else has to, it reads for others, and only what they have to know of the containers of its own compose project.
 */
const { engineSocket, agentDoor, toolsDoor, project: given } = engineReaderEnvironment(process.env);
/** A socket that is mounted stays the one that was there at the start: an engine that made another is not found again. */
const patienceMs = 30_000;

const log = createProgramLog('engine-reader');
const onClose = closeOnSignal();

let silentSince: number | null = null;
const connection = createEngineConnection(engineSocket);
const engine: typeof connection = {
  open: (method, path) => watched(() => connection.open(method, path)),
  json: (path) => watched(() => connection.json(path)),
};

async function watched<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const answer = await ask();
  silentSince = null;
  return answer;
}

const project = createOwnProject(engine, given ?? (await projectOf(engine, hostname())));
const doors = await Promise.all([open('agent', agentDoor), open('tools', toolsDoor)]);
onClose(() => Promise.all(doors.map((door) => door.close())));
log('info', 'serving', { project: project.name });

function open(name: DoorName, socket: string) {
  return createDoor({
    name,
    socket,
    engine,
    project,
    onRefused: (request) => log('warn', 'engine_request_refused', { door: name, ...request }),
    onUnanswered: (error) => {
      log('warn', 'engine_silent', { door: name, error: messageOf(error) });
      silentSince ??= performance.now();
      // Whoever restarts this container mounts the socket that is there then.
      if (performance.now() - silentSince > patienceMs) process.exit(1);
    },
  });
}
