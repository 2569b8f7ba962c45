import type { ServiceName } from '@zt/access-graph';
import { type IssuedLeaf, startEavesdropper } from '@zt/kit/testing';
import type { Job, JobResult } from '../probe/job.ts';
import { startProbe } from '../probe/start-probe.ts';
import { only } from './evidence.ts';
import type { World } from './world.ts';

const patienceMs = 10_000;
const timeoutMs = 60_000;

/** A server where a client looks for another one. */
export interface FalseServer {
  /** `host:port` */
  readonly address: string;
  /** When its certificate ends. */
  readonly notAfter: Date;
  /** How many connections came, and how much it could read of what came over them; when all have gone. */
  heard(): Promise<{ readonly bytes: number; readonly visits: number }>;
  close(): Promise<void>;
}

/**
 * A process of this workload that listens with the SVID that it has now, and passes on whatever it is told to another
 * service, over a connection of its own.
 */
export async function serveAs(
  { stack }: World,
  workload: ServiceName,
  passOnTo: string | null = null,
): Promise<FalseServer> {
  const probe = startProbe({ name: workload, access: stack.workloads[workload], patienceMs, timeoutMs });
  const ask = async (job: Job): Promise<JobResult> => only(await probe.ask([job]));
  try {
    const { code, message, got } = await ask({ kind: 'eavesdrop', passOnTo });
    const { address, notAfter } = got;
    if (address === undefined || notAfter === undefined)
      throw new Error(`${workload} listens nowhere: ${code} ${message}`);
    return {
      address,
      notAfter: new Date(notAfter),
      async heard() {
        const { got: overheard } = await ask({ kind: 'overhear', address });
        return { bytes: Number(overheard.bytes), visits: Number(overheard.visits) };
      },
      close: probe.close,
    };
  } catch (error) {
    await probe.close();
    throw error;
  }
}

/** A server with a certificate that somebody made themselves. */
export async function serveWith({ chainDer, keyDer }: IssuedLeaf, notAfter: Date): Promise<FalseServer> {
  const server = await startEavesdropper({
    certificate: { cert: pem('CERTIFICATE', chainDer), key: pem('PRIVATE KEY', keyDer) },
  });
  return {
    address: server.address,
    notAfter,
    async heard() {
      await server.left(1);
      return { bytes: server.heard().length, visits: server.visits() };
    },
    close: server.close,
  };
}

function pem(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
}
