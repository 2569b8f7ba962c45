import { readFile } from 'node:fs/promises';
import { type ChannelCredentials, Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { createTestCertificateAuthority } from '@zt/kit/testing';
import type { Attempt, Evidence } from './attempt.ts';
import { evidenceOf, only } from './evidence.ts';
import { isWritten } from './is-written.ts';
import type { World } from './world.ts';

const method = '/payment.v1.PaymentService/AuthorizePayment';

/** Calls payment over TLS as any gRPC client can, and reads back the handshake that payment refused. */
async function callPayment(world: World, made: ChannelCredentials, reason: string): Promise<Evidence> {
  const startedAt = new Date().toISOString();
  const client = new Client(world.stack.addresses.payment, made, { 'grpc.ssl_target_name_override': 'payment' });
  const empty = (): Buffer => Buffer.alloc(0);
  const answer = await new Promise<{ code: string; message: string }>((resolve) => {
    client.makeUnaryRequest(
      method,
      empty,
      empty,
      null,
      { deadline: Date.now() + 5_000 },
      (error: ServiceError | null) =>
        resolve(error === null ? { code: 'OK', message: '' } : { code: status[error.code], message: error.details }),
    );
  });
  client.close();
  const record = await world.ledger.find(
    'payment',
    (found) =>
      found.kind === 'handshake' && found.time >= startedAt && found.reasons.some((recorded) => recorded === reason),
  );
  return evidenceOf(answer, 'payment', record);
}

/** The server is the right one, and is reached by an address that its certificate doesn't name. */
const anyName = { checkServerIdentity: () => undefined };

const withoutCertificate: Attempt = {
  id: 'handshake/no-certificate',
  title: 'A client without a certificate calls payment',
  from: 'nobody',
  to: 'payment',
  method,
  fault: 'no certificate',
  expected: { code: 'UNAVAILABLE', reasons: ['peer_certificate_missing'] },
  async run(world) {
    const bundle = await readFile(world.stack.bundleFile);
    return await callPayment(world, credentials.createSsl(bundle, null, null, anyName), 'peer_certificate_missing');
  },
};

const otherAuthority: Attempt = {
  id: 'handshake/other-authority',
  title: "A client calls payment with order's name on a certificate of another authority",
  from: 'nobody',
  to: 'payment',
  method,
  fault: 'certificate of another authority',
  expected: { code: 'UNAVAILABLE', reasons: ['peer_certificate_untrusted'] },
  async run(world) {
    const stranger = await createTestCertificateAuthority('zt.example');
    const svid = await stranger.issueSvid({ spiffeId: world.spiffeId('order') });
    const cert = Buffer.from(svid.certificates.map((certificate) => certificate.toString()).join(''));
    const key = Buffer.from(svid.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const bundle = await readFile(world.stack.bundleFile);
    return await callPayment(world, credentials.createSsl(bundle, key, cert, anyName), 'peer_certificate_untrusted');
  },
};

const unknownProcess: Attempt = {
  id: 'identity/unknown-process',
  title: 'A process that nobody has registered asks for an identity',
  from: 'nobody',
  to: 'Workload API',
  method: 'SpiffeWorkloadAPI/FetchX509SVID',
  fault: 'not registered',
  expected: { code: 'identity_unavailable', reasons: ['no identity issued'] },
  async run(world) {
    const { identityProvider } = world.stack;
    const startedAt = new Date();
    const result = only(await world.runAs('nobody', [{ kind: 'identity' }]));
    const written = await isWritten(identityProvider.logFile, (line) => isRefusal(line, startedAt));
    return {
      code: result.code,
      message: result.message,
      reasons: written ? ['no identity issued'] : [],
      recordedBy: written ? `${identityProvider.name}'s log` : null,
    };
  },
};

/** The log has JSON lines. */
function isRefusal(line: string, startedAt: Date): boolean {
  if (!line.includes('No identity issued')) return false;
  const { msg, time } = JSON.parse(line) as { readonly msg: string; readonly time: string };
  return msg === 'No identity issued' && new Date(time) >= startedAt;
}

/** Who has no identity of this trust domain gets no connection. */
export const refusedHandshakes: readonly Attempt[] = [withoutCertificate, otherAuthority, unknownProcess];
