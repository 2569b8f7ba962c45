import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Reason } from '../errors.ts';
import { derCertificates } from '../identity/der-certificates.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import {
  createTestCertificateAuthority,
  type IssuedLeaf,
  issueSelfSigned,
  type LeafOptions,
  serverAuth,
  type TestCertificateAuthority,
} from '../testing/certificate-authority.ts';
import { callEcho, type EchoServer, gateway, inventory, kinds, startEchoServer } from '../testing/echo-server.ts';
import { refusedCall } from '../testing/refused-call.ts';

const partner = await createTestCertificateAuthority('partner.example');
const stranger = await createTestCertificateAuthority('zt.example');
const past = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

let echo: EchoServer;

beforeEach(async () => {
  echo = await startEchoServer();
  // The partner is federated: its authority is one that TLS knows.
  echo.source.set(createIdentitySnapshot(echo.source.current().svid, [echo.authority.bundle, partner.bundle]));
  await Promise.resolve();
});

afterEach(() => echo.close());

interface Fault {
  readonly leaf: (home: TestCertificateAuthority) => Promise<IssuedLeaf | null>;
  readonly reason: Reason;
  /** What the record says of who came; null where that can't be read. */
  readonly claimed?: string | null;
}

const ofHome = (options: Partial<LeafOptions>) => (home: TestCertificateAuthority) =>
  home.issue({ spiffeId: gateway, ...options });

const invalid = { reason: 'peer_spiffe_id_invalid', claimed: null } as const;

const faults: Readonly<Record<string, Fault>> = {
  'no certificate': { leaf: async () => null, reason: 'peer_certificate_missing', claimed: null },
  'a certificate that vouches for itself': {
    leaf: () => issueSelfSigned({ spiffeId: gateway }),
    reason: 'peer_certificate_untrusted',
  },
  "another authority's certificate of the same name": {
    leaf: () => stranger.issue({ spiffeId: gateway }),
    reason: 'peer_certificate_untrusted',
  },
  'an id of this trust domain that a federated authority made': {
    leaf: () => partner.issue({ spiffeId: gateway }),
    reason: 'peer_certificate_untrusted',
  },
  'a federated workload, which has no business here': {
    leaf: () => partner.issue({ spiffeId: 'spiffe://partner.example/a' }),
    reason: 'peer_not_expected',
    claimed: 'spiffe://partner.example/a',
  },
  'an id of a federated trust domain that the own authority made': {
    leaf: ofHome({ spiffeId: 'spiffe://partner.example/a' }),
    reason: 'peer_certificate_untrusted',
    claimed: 'spiffe://partner.example/a',
  },
  'the id of a trust domain that nobody knows': {
    leaf: ofHome({ spiffeId: 'spiffe://other.example/a' }),
    reason: 'peer_trust_domain_unknown',
    claimed: 'spiffe://other.example/a',
  },
  'a certificate that has ended': {
    leaf: ofHome({ notBefore: past(10), notAfter: past(1) }),
    reason: 'peer_certificate_expired',
  },
  'a certificate of tomorrow': {
    leaf: ofHome({ notBefore: past(-60), notAfter: past(-120) }),
    reason: 'peer_certificate_expired',
  },
  'two URI names': { leaf: ofHome({ uris: [gateway, inventory] }), ...invalid },
  'the same URI name twice': { leaf: ofHome({ uris: [gateway, gateway] }), ...invalid },
  'no URI name': { leaf: ofHome({ uris: [], dnsNames: ['gateway'] }), ...invalid },
  'the id of the trust domain itself': { leaf: ofHome({ spiffeId: 'spiffe://zt.example' }), ...invalid },
  "an authority's certificate": { leaf: ofHome({ authority: true }), ...invalid },
  'a certificate below one that may sign nothing': {
    leaf: async (home) => (await home.intermediate({ authority: false })).issue({ spiffeId: gateway }),
    reason: 'peer_certificate_untrusted',
  },
  'a certificate that is for servers only': {
    leaf: ofHome({ purposes: [serverAuth] }),
    reason: 'peer_certificate_untrusted',
  },
};

/** gRPC with whatever certificate it is given: the kit's own client would not come so far. */
function clientWith(leaf: IssuedLeaf | null): Client {
  const roots = Buffer.from(echo.authority.bundle.x509Authorities.join(''));
  const [key, chain] = leaf === null ? [null, null] : pemOf(leaf);
  const channel = credentials.createSsl(roots, key, chain, { checkServerIdentity: () => undefined });
  return new Client(echo.address, channel, { 'grpc.ssl_target_name_override': 'order', 'grpc.enable_retries': 0 });
}

function pemOf({ chainDer, keyDer }: IssuedLeaf): readonly [Buffer, Buffer] {
  const block = (label: string, der: Buffer) =>
    `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
  const chain = derCertificates(chainDer).map((der) => block('CERTIFICATE', der));
  return [Buffer.from(block('PRIVATE KEY', keyDer)), Buffer.from(chain.join(''))];
}

async function withGoodToken(): Promise<Metadata> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await echo.token()}`);
  return metadata;
}

describe.each(kinds)('a call of the kind %s', (kind) => {
  test('is served with a good certificate and a good token', async () => {
    const client = clientWith(await echo.authority.issue({ spiffeId: gateway }));
    expect((await callEcho(client, kind, await withGoodToken(), {}))[0]).toBe('hello');
    client.close();
  });

  test.each(Object.entries(faults))(
    'gets no connection with %s, however good its token is',
    async (_what, { leaf, reason, claimed = gateway }) => {
      const client = clientWith(await leaf(echo.authority));
      const metadata = await withGoodToken();
      const { error, hasRun } = await refusedCall(echo, () => callEcho(client, kind, metadata, {}));
      client.close();
      // The server says nothing at all: what the caller reads is its own library's word for a connection that broke.
      expect(status[error.code]).toBe('UNAVAILABLE');
      expect(error.details).not.toMatch(/peer|certificate|expired|untrusted|spiffe/i);
      expect(hasRun).toBe(false);
      const records = await vi.waitUntil(async () => {
        const kept = await echo.records();
        return kept.length > 0 && kept;
      });
      for (const record of records) {
        expect(record).toMatchObject({ kind: 'handshake', allowed: false, reasons: [reason], token: null });
        expect(record.peer?.spiffeId ?? null).toBe(claimed);
      }
    },
  );
});
