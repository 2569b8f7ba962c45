import { pemOfX509Svid, type X509Source } from '@zt/kit/identity';
import type { Eavesdropper } from '@zt/kit/testing';
import type { Job, JobResult } from './job.ts';

const listening = new Map<string, Eavesdropper>();

/** Listens with the probe's own SVID, which stays the one that it has now, until the process ends. */
export async function eavesdrop(
  source: X509Source,
  { passOnTo }: Extract<Job, { kind: 'eavesdrop' }>,
): Promise<JobResult> {
  // Few probes listen, and much comes with it.
  const { startEavesdropper } = await import('@zt/kit/testing');
  const identity = source.current();
  const server = await startEavesdropper({
    certificate: pemOfX509Svid(identity.svid),
    ...(passOnTo === null ? {} : { passOnTo: { address: passOnTo, identity } }),
  });
  listening.set(server.address, server);
  const got = { address: server.address, notAfter: identity.svid.notAfter.toISOString() };
  return { code: 'OK', message: '', decisionId: null, got };
}

/** What was overheard there, when whoever came has gone. */
export async function overhear({ address }: Extract<Job, { kind: 'overhear' }>): Promise<JobResult> {
  const server = listening.get(address);
  if (server === undefined) throw new Error(`nobody listens at ${address}`);
  await server.left(1);
  const got = { bytes: String(server.heard().length), visits: String(server.visits()) };
  return { code: 'OK', message: '', decisionId: null, got };
}
