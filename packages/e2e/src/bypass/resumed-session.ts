import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@zt/access-graph';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import { openForgedConnection } from './forged-connection.ts';
import type { Forger } from './forger.ts';
import { goodPaths } from './good-tokens.ts';
import { certificateOf, type ShownCertificate } from './shown-certificate.ts';

const lifeSeconds = 3;
/** How long after a handshake a server may still give out what resumes it. */
const ticketMs = 200;

const prepared = new WeakMap<Forger, Promise<ReadonlyMap<string, ShownCertificate>>>();

/**
 * An SVID that has ended, with the TLS session of a connection that was made while it was good, where the server gave one:
 * all callers' at once, as each has to wait for the end.
 */
export async function showResumed(path: MatrixPath, forger: Forger): Promise<ShownCertificate> {
  const known = prepared.get(forger) ?? prepareAll(forger);
  prepared.set(forger, known);
  const shown = (await known).get(pairOf(path));
  if (shown === undefined) throw new Error(`nothing was prepared for ${path.id}`);
  return shown;
}

const pairOf = ({ from, to }: MatrixPath): string => `${from} ${to}`;

async function prepareAll(forger: Forger): Promise<ReadonlyMap<string, ShownCertificate>> {
  const pairs = new Map(goodPaths.filter(({ door }) => door === 'workloads').map((path) => [pairOf(path), path]));
  const shown = new Map<string, ShownCertificate>();
  for (const [pair, path] of pairs) shown.set(pair, await connectOnce(forger, path));
  await sleep((lifeSeconds + 1) * 1_000);
  return shown;
}

async function connectOnce(forger: Forger, { from, to }: MatrixPath): Promise<ShownCertificate> {
  const now = Date.now();
  const certificate = await certificateOf(forger.keys.home, {
    spiffeId: forger.spiffeId(from),
    notAfter: new Date(now + lifeSeconds * 1_000),
  });
  const connection = await openForgedConnection(forger.addressOf(to as ServiceName), forger.authorities, certificate);
  const session = await connection.sessionWithin(ticketMs);
  connection.close();
  return session === null ? certificate : { ...certificate, session };
}
