import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditSpool } from '../audit/audit-spool.ts';
import type { DecisionRecord } from '../audit/decision-record.ts';
import { createDecisions } from '../authz/decisions.ts';
import { createOpaAuthorizer } from '../authz/opa-authorizer.ts';
import type { PolicyData } from '../authz/policy-data.ts';
import { createSigningKeySource } from '../delegation/signing-keys.ts';
import { createTokenVerifier } from '../delegation/verify-token.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { authorizeTrustDomainMembers } from '../mtls/peer-authorizer.ts';
import { createSecureServer } from '../service/secure-server.ts';
import type { Definition, Implementation, Resources, SecureClient } from '../service/service-definition.ts';
import { createTestCertificateAuthority } from './certificate-authority.ts';
import { createFixedX509Source } from './fixed-source.ts';
import { createTestClients } from './test-clients.ts';
import { createTestTokenIssuer } from './token-issuer.ts';

/** A service with all that stands before its handlers: a socket, mutual TLS, tokens, policy, and the spool of records. */
export interface TestService<Service extends Definition> {
  /**
   * A client that has this workload's own SVID. For the user of a context its token is one that the token exchange could
   * have made, along the graph's way from the entry point as far as there is one; for a context without a user it is the
   * workload's own, where the method takes one. Rejects with a `CallError`, as a service's own clients do.
   */
  as(workload: string): Promise<SecureClient<Service>>;
  /** What the ledger gets to read, in the order of the decisions. */
  records(): Promise<readonly DecisionRecord[]>;
  close(): Promise<void>;
}

export interface TestServiceOptions<Service extends Definition> {
  /** As in the access graph. */
  readonly name: string;
  /** Whose methods, callers and scopes hold: those of the access graph itself. */
  readonly policy: { readonly wasm: Uint8Array<ArrayBuffer>; readonly data: PolicyData };
  readonly definition: Service;
  readonly implementation: Implementation<Service>;
  readonly resources?: Resources<Service>;
}

/** Serves an implementation as `runService` does, with certificates and tokens of the test's own making. */
export async function startTestService<Service extends Definition>(
  options: TestServiceOptions<Service>,
): Promise<TestService<Service>> {
  const { name, policy, definition, implementation, resources } = options;
  const trustDomain = policy.data.graph.trust_domain;
  const idOf = (workload: string): string => `spiffe://${trustDomain}/ns/shop/sa/${workload}`;
  const authority = await createTestCertificateAuthority(trustDomain);
  const sourceOf = async (workload: string) =>
    createFixedX509Source(
      createIdentitySnapshot(await authority.issueSvid({ spiffeId: idOf(workload) }), [authority.bundle]),
    );
  const issuer = createTestTokenIssuer(idOf('identity'), 'obo+jwt');
  const [source, authorizer] = await Promise.all([sourceOf(name), createOpaAuthorizer(policy)]);
  const directory = await mkdtemp(join(tmpdir(), 'zt-test-service-'));
  const spool = await createAuditSpool(directory, name);
  const decisions = createDecisions({
    source,
    service: idOf(name),
    authorizer,
    tokens: createTokenVerifier({
      type: 'obo+jwt',
      issuer: issuer.issuer,
      audience: idOf(name),
      keys: createSigningKeySource({ fetchKeys: async () => issuer.jwks }),
    }),
    sessions: { stateOf: () => 'active' },
    spool,
    database: () => null,
  });
  const authorizePeer = authorizeTrustDomainMembers(trustDomain);
  const server = createSecureServer({ source, authorizePeer, authorizer, decisions });
  server.serve(definition, implementation, resources);
  const listener = await server.listen('127.0.0.1', 0);
  const address = `127.0.0.1:${listener.port}`;
  const clients = createTestClients({ definition, address, audience: idOf(name), data: policy.data, issuer });

  return {
    as: async (workload) => clients.open(idOf(workload), await sourceOf(workload)),
    async records() {
      const lines = (await readFile(join(directory, `${name}.jsonl`), 'utf8')).split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as DecisionRecord);
    },
    async close() {
      clients.close();
      await listener.close(0);
      await spool.close();
      await rm(directory, { recursive: true });
    },
  };
}
