import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type RollStep, rollSteps } from '@zt/kit/testing/workload-api';
import { z } from 'zod';
import { type FaultRequest, faultRequest } from '../faults/fault-request.ts';
import type { FaultInForce } from '../faults/faults-in-force.ts';
import type { StackStatus } from './stack-status.ts';

/** What a running stack can be asked. */
export interface ControlHandlers {
  status(): Promise<StackStatus>;
  /** Settles when nothing of the stack is left but the process that answers. */
  stop(): Promise<void>;
  /** A server's certificate files are new. */
  certificateWritten(server: string): Promise<void>;
  /** Puts a process out of service, or back: for those who try what happens then. */
  trouble(trouble: Trouble): Promise<void>;
  /** One step of a roll; gives the id of the key that it is about. */
  authority(step: RollStep): Promise<string>;
  /** Makes something go wrong. */
  fault(request: FaultRequest): Promise<FaultInForce>;
  /** Mends all faults that last, and gives them. */
  mend(): Promise<readonly FaultInForce[]>;
  faults(): readonly FaultInForce[];
}

const certificateWritten = z.object({ server: z.string() });

const authorityStep = z.object({ step: z.enum(rollSteps) });

/** `hold` kills a process and keeps it down until `release`; `seal` and `unseal` are for Vault alone. */
const trouble = z.discriminatedUnion('what', [
  z.object({ what: z.enum(['hold', 'release']), process: z.string() }),
  z.object({ what: z.enum(['seal', 'unseal']) }),
]);
export type Trouble = z.infer<typeof trouble>;

/**
 * Answers on a Unix socket, as JSON over HTTP: `GET /status`, `POST /stop`, `POST /certificate-written`,
 * `POST /trouble`, `POST /authority`, `POST /fault`, `POST /mend`, `GET /faults`. There is no login: the socket is in a folder that only the operating user can enter.
 */
export async function createControlServer(
  socket: string,
  handlers: ControlHandlers,
): Promise<{ close(): Promise<void> }> {
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    switch (`${request.method} ${request.url}`) {
      case 'GET /status':
        return handlers.status();
      case 'POST /stop':
        await handlers.stop();
        return {};
      case 'POST /certificate-written':
        await handlers.certificateWritten(certificateWritten.parse(JSON.parse(await text(request))).server);
        return {};
      case 'POST /trouble':
        await handlers.trouble(trouble.parse(JSON.parse(await text(request))));
        return {};
      case 'POST /authority':
        return { keyId: await handlers.authority(authorityStep.parse(JSON.parse(await text(request))).step) };
      case 'POST /fault':
        return await handlers.fault(faultRequest.parse(JSON.parse(await text(request))));
      case 'POST /mend':
        return await handlers.mend();
      case 'GET /faults':
        return handlers.faults();
      default:
        return undefined;
    }
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => (body === undefined ? reply(response, 404, { error: 'no such request' }) : reply(response, 200, body)),
      (error: unknown) => reply(response, 500, { error: error instanceof Error ? error.message : 'failed' }),
    );
  });
  await rm(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
    },
  };
}

function reply(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
}
