import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AuthoritySteps, RollStep } from '@zt/kit/testing/workload-api';
import { z } from 'zod';
import type { FaultRequest } from '../faults/fault-request.ts';
import { type FaultInForce, faultInForce } from '../faults/faults-in-force.ts';
import { type StackStatus, stackStatus } from './stack-status.ts';

export interface ControlClient {
  /** Null where nothing runs behind the socket. */
  status(): Promise<StackStatus | null>;
  /** False where nothing runs behind the socket; otherwise settles when the stack has stopped. */
  stop(): Promise<boolean>;
  certificateWritten(server: string): Promise<void>;
  /** Unseals Vault with the key that the stack keeps. */
  unseal(): Promise<void>;
  /** Kills a process and keeps it down until it is released. */
  hold(process: string): Promise<void>;
  release(process: string): Promise<void>;
  /** The steps of a roll of the authority that signs certificates. */
  readonly authority: AuthoritySteps;
  /** Makes something go wrong: the table of faults says what there is. */
  fault(request: FaultRequest): Promise<FaultInForce>;
  /** Mends all faults that last, and gives them. */
  mend(): Promise<readonly FaultInForce[]>;
  /** Those that last. Null where nothing runs behind the socket. */
  faults(): Promise<readonly FaultInForce[] | null>;
}

const statusTimeoutMs = 5_000;
const stopTimeoutMs = 120_000;
/** A roll waits until every workload has what it has to have. */
const faultTimeoutMs = 300_000;

const failure = z.object({ error: z.string() });
const authorityStepDone = z.object({ keyId: z.string() });

/** Talks to a running stack. Throws where it answers with an error. */
export function createControlClient(socket: string): ControlClient {
  const authorityStep = (step: RollStep) => async () => {
    const answer = running(await ask(socket, 'POST', '/authority', statusTimeoutMs, { step }));
    return authorityStepDone.parse(answer).keyId;
  };
  return {
    authority: {
      prepare: authorityStep('prepare'),
      activate: authorityStep('activate'),
      taint: authorityStep('taint'),
      revoke: authorityStep('revoke'),
    },
    async status() {
      const answer = await ask(socket, 'GET', '/status', statusTimeoutMs);
      return answer === null ? null : stackStatus.parse(answer);
    },
    async stop() {
      return (await ask(socket, 'POST', '/stop', stopTimeoutMs)) !== null;
    },
    async certificateWritten(server) {
      await ask(socket, 'POST', '/certificate-written', statusTimeoutMs, { server });
    },
    async unseal() {
      await ask(socket, 'POST', '/trouble', statusTimeoutMs, { what: 'unseal' });
    },
    async hold(process) {
      await ask(socket, 'POST', '/trouble', statusTimeoutMs, { what: 'hold', process });
    },
    async release(process) {
      await ask(socket, 'POST', '/trouble', statusTimeoutMs, { what: 'release', process });
    },
    async fault(request) {
      return faultInForce.parse(running(await ask(socket, 'POST', '/fault', faultTimeoutMs, request)));
    },
    async mend() {
      return z.array(faultInForce).parse(running(await ask(socket, 'POST', '/mend', faultTimeoutMs)));
    },
    async faults() {
      const answer = await ask(socket, 'GET', '/faults', statusTimeoutMs);
      return answer === null ? null : z.array(faultInForce).parse(answer);
    },
  };
}

function running(answer: unknown): unknown {
  if (answer === null) throw new Error('the stack does not run');
  return answer;
}

async function ask(
  socketPath: string,
  method: string,
  path: string,
  timeoutMs: number,
  body?: unknown,
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const asked = request({ socketPath, method, path, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
    text(response).then((answer) => {
      const parsed: unknown = JSON.parse(answer);
      if (response.statusCode === 200) resolve(parsed);
      else reject(new Error(`the stack could not do that: ${failure.safeParse(parsed).data?.error ?? answer}`));
    }, reject);
  });
  asked.on('error', (error: NodeJS.ErrnoException) => {
    // A stack that is stopping hangs up.
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(error.code ?? '')) resolve(null);
    else if (error.name === 'AbortError')
      reject(new Error('the stack does not answer: is it suspended?', { cause: error }));
    else reject(error);
  });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
