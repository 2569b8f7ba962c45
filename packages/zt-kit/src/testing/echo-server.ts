import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Client, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { createAuditSpool } from '../audit/audit-spool.ts';
import type { DecisionRecord } from '../audit/decision-record.ts';
import { createDecisions } from '../authz/decisions.ts';
import { createOpaAuthorizer } from '../authz/opa-authorizer.ts';
import type { PolicyData } from '../authz/policy-data.ts';
import type { SessionStanding } from '../delegation/session-watch.ts';
import { createSigningKeySource } from '../delegation/signing-keys.ts';
import { createTokenVerifier } from '../delegation/verify-token.ts';
import { createIdentitySnapshot, type IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import type { MtlsListener } from '../mtls/mtls-listener.ts';
import { authorizeSpiffeIds, authorizeTrustDomainMembers } from '../mtls/peer-authorizer.ts';
import { channelOptions } from '../service/channel-options.ts';
import { createSecureServer, type SecureServerOptions } from '../service/secure-server.ts';
import { createTestCertificateAuthority, type TestCertificateAuthority } from './certificate-authority.ts';
import { createEcho, type EchoConditions, EchoService, echoPolicy } from './echo-service.ts';
import { createFixedX509Source, type FixedX509Source } from './fixed-source.ts';
import { createTestTokenIssuer, type TestTokenIssuer } from './token-issuer.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));

export const order = 'spiffe://zt.example/ns/shop/sa/order';
export const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
export const inventory = 'spiffe://zt.example/ns/shop/sa/inventory';
const identity = 'spiffe://zt.example/ns/shop/sa/identity';

export type Kind = keyof typeof EchoService;
export const kinds: readonly Kind[] = ['unary', 'serverStream', 'clientStream', 'bidirectional'];

/** `order` serving EchoService with everything real but SPIRE: sockets, TLS, tokens, policy, spool. */
export interface EchoServer extends ServedEcho {
  readonly authority: TestCertificateAuthority;
  readonly source: FixedX509Source;
  snapshotOf(spiffeId: string, authority?: TestCertificateAuthority): Promise<IdentitySnapshot>;
}

/** The same with an identity from wherever. */
export interface ServedEcho {
  readonly listener: MtlsListener;
  readonly address: string;
  /** How often a handler ran. */
  readonly runs: () => number;
  /** How often the handler of `serverStream` came to its end. */
  readonly ends: () => number;
  records(): Promise<DecisionRecord[]>;
  /** A token for order from the token exchange; claims and header may be overridden, to make it a bad one. */
  token(overrides?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The token exchange, whose tokens count. */
  readonly issuer: TestTokenIssuer;
  close(): Promise<void>;
}

type EchoOptions = Pick<SecureServerOptions, 'limits'> & {
  readonly conditions?: EchoConditions;
  /** Instead of the one that lets `gateway` call, with its conditions. */
  readonly policy?: PolicyData;
};

export async function startEchoServer(options: EchoOptions = {}): Promise<EchoServer> {
  const authority = await createTestCertificateAuthority('zt.example');
  const snapshotOf = async (spiffeId: string, issuer = authority): Promise<IdentitySnapshot> =>
    createIdentitySnapshot(await issuer.issueSvid({ spiffeId }), [issuer.bundle]);
  const source = createFixedX509Source(await snapshotOf(order));
  return { ...(await serveEcho(source, options)), authority, source, snapshotOf };
}

/** The source's identity has to be `order`. */
export async function serveEcho(source: X509Source, options: EchoOptions = {}): Promise<ServedEcho> {
  const { conditions, policy = echoPolicy(order, gateway, conditions), ...serverOptions } = options;
  const issuer = createTestTokenIssuer(identity, 'obo+jwt');
  const keys = createSigningKeySource({ fetchKeys: async () => issuer.jwks });
  const authorizer = await createOpaAuthorizer({ wasm, data: policy });
  const directory = await mkdtemp(join(tmpdir(), 'zt-echo-'));
  const spool = await createAuditSpool(directory, 'order');
  let runs = 0;
  const decisions = createDecisions({
    source,
    service: order,
    authorizer,
    tokens: createTokenVerifier({ type: 'obo+jwt', issuer: identity, audience: order, keys }),
    sessions: { stateOf: standingOf },
    spool,
    database: () => null,
  });
  const server = createSecureServer({
    source,
    authorizePeer: authorizeTrustDomainMembers('zt.example'),
    authorizer,
    decisions,
    ...serverOptions,
  });
  const amountOf = ({ amount_minor_units = 0 }) => ({ amount_minor_units, currency: 'EUR' });
  let ends = 0;
  const echo = createEcho(
    () => {
      runs += 1;
    },
    () => {
      ends += 1;
    },
  );
  server.serve(EchoService, echo, { unary: amountOf, serverStream: amountOf });
  const listener = await server.listen('127.0.0.1', 0);

  return {
    listener,
    address: `127.0.0.1:${listener.port}`,
    runs: () => runs,
    ends: () => ends,
    async records() {
      const lines = (await readFile(join(directory, 'order.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as DecisionRecord);
    },
    issuer,
    async token(overrides = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      return issuer.issue(
        {
          aud: order,
          sub: 'alice',
          roles: [],
          sid: 'session',
          scope: 'echo:write',
          jti: `token-${Math.random()}`,
          iat: now,
          exp: now + 30,
          act: { sub: gateway },
          ...overrides,
        },
        header,
      );
    },
    async close() {
      await listener.close(0);
      await spool.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** The sessions `ended` and `unknown` are what they are called, and mallory is blocked. */
function standingOf(sessionId: string, userId: string): SessionStanding {
  if (sessionId === 'ended' || sessionId === 'unknown') return sessionId;
  return userId === 'mallory' ? 'blocked' : 'active';
}

/** A client channel to the echo server with an identity of the test's choice. */
export function openEchoClient(source: X509Source, address: string, server: string = order): Client {
  return new Client(address, createMtlsChannelCredentials(source, authorizeSpiffeIds(server)), channelOptions);
}

/** Makes one call of the given kind with one message, and gives the texts that came back. */
export function callEcho(client: Client, kind: Kind, metadata: Metadata, request: object): Promise<string[]> {
  const method = EchoService[kind];
  const { path, requestSerialize, responseDeserialize } = method;
  const message = { text: 'hello', ...request };
  const options = { deadline: Date.now() + 5_000 };
  return new Promise((resolve, reject) => {
    const texts: string[] = [];
    const once = (error: ServiceError | null, response?: { text: string }): void => {
      if (error === null) resolve([response?.text ?? '']);
      else reject(error);
    };
    if (kind === 'unary') {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, metadata, options, once);
    } else if (kind === 'clientStream') {
      const call = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, metadata, options, once);
      call.write(message);
      call.end();
    } else {
      const bidirectional = (): Readable => {
        const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, options);
        call.write(message);
        call.end();
        return call;
      };
      const responses: Readable =
        kind === 'bidirectional'
          ? bidirectional()
          : client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, message, metadata, options);
      responses.on('data', ({ text }: { text: string }) => texts.push(text));
      responses.on('error', reject);
      responses.on('end', () => resolve(texts));
    }
  });
}
