import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { StackDescription } from '@zt/e2e/stack-description';
import { messageOf } from '../error-message.ts';
import { signedInFuture } from './check-clock.ts';
import type { ExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 5_000;
/** What a client of Postgres says first, to go on with TLS. */
const postgresTlsRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Whether Postgres and Vault show a certificate that holds now: each reads files that others write, and has to be told of
 * new ones.
 */
export async function checkServedCertificates(
  stack: Pick<ExaminedStack, 'now' | 'command'>,
  { addresses }: Pick<StackDescription, 'addresses'>,
): Promise<Finding[]> {
  const found = await Promise.all([
    examineOne(stack, 'postgres', () => servedAt(addresses.postgres, postgresTlsRequest)),
    examineOne(stack, 'vault', () => servedAt(new URL(addresses.vault).host, null)),
  ]);
  return found.flat();
}

async function examineOne(
  { now, command }: Pick<ExaminedStack, 'now' | 'command'>,
  server: 'postgres' | 'vault',
  serve: () => Promise<X509Certificate>,
): Promise<Finding[]> {
  try {
    const certificate = await serve();
    if (certificate.validToDate > now) return signedInFuture(certificate, now);
    const todo = `see whether ${server}-svid is well, and whether ${server} was told: ${command(`logs ${server}-svid ${server}`)}`;
    const since = certificate.validToDate.toISOString();
    return [{ subject: server, what: 'shows a certificate that has ended: nobody accepts it', since, todo }];
  } catch (error) {
    const what = `shows no certificate (${messageOf(error)})`;
    return [{ subject: server, what, since: null, todo: `look at why: ${command(`logs ${server}`)}` }];
  }
}

/** The certificate that a server shows, whoever signed it. Who asks shows none, and goes no further. */
async function servedAt(address: string, greeting: Buffer | null): Promise<X509Certificate> {
  const [host = '', port] = address.split(':');
  const signal = AbortSignal.timeout(timeoutMs);
  const socket: Socket = connect({ host, port: Number(port) });
  try {
    await once(socket, 'connect', { signal });
    if (greeting !== null) {
      socket.write(greeting);
      const [answer] = await once(socket, 'data', { signal });
      if (String(answer) !== 'S') throw new Error('it does without TLS');
    }
    const tls = connectTls({ socket, rejectUnauthorized: false });
    await once(tls, 'secureConnect', { signal });
    const certificate = tls.getPeerX509Certificate();
    tls.destroy();
    if (certificate === undefined) throw new Error('it has none');
    return certificate;
  } finally {
    socket.destroy();
  }
}
