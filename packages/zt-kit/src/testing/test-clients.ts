import { bindSubjectToken, type CallContext } from '../authz/call-context.ts';
import { createOwnContext } from '../authz/own-context.ts';
import { ownScopesOf, type PolicyData, tokenScopesOf } from '../authz/policy-data.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { createSecureClient } from '../service/secure-client.ts';
import type { Definition, SecureClient } from '../service/service-definition.ts';
import type { TestTokenIssuer } from './token-issuer.ts';

/** Clients of one service, of any workload's. */
export interface TestClients<Service extends Definition> {
  open(caller: string, source: X509Source): SecureClient<Service>;
  close(): void;
}

/** The issuer signs what the token exchange would. `caller` and `audience` are SPIFFE IDs. */
export function createTestClients<Service extends Definition>(options: {
  readonly definition: Service;
  readonly address: string;
  readonly audience: string;
  readonly data: PolicyData;
  readonly issuer: TestTokenIssuer;
}): TestClients<Service> {
  const { definition, address, audience, data, issuer } = options;
  const closers: (() => void)[] = [];

  function tokenFor(claims: Readonly<Record<string, unknown>>, scopes: readonly string[]) {
    const iat = Math.floor(Date.now() / 1000);
    const token = issuer.issue({ aud: audience, scope: scopes.join(' '), iat, exp: iat + 30, ...claims });
    return { token, expiresAt: new Date((iat + 30) * 1000) };
  }

  return {
    open(caller, source) {
      const act = actOf(wayTo(data, caller));
      const client = createSecureClient(definition, {
        address,
        credentials: createMtlsChannelCredentials(source, authorizeSpiffeIds(audience)),
        audience,
        exchange: {
          exchange: async ({ subjectToken, scopes }) =>
            tokenFor({ ...JSON.parse(subjectToken), sid: 'session', act }, scopes),
        },
        workloadTokens: { issue: async ({ scopes }) => tokenFor({ sub: caller }, scopes) },
        scopesOf: (method) => tokenScopesOf(data, method),
        ownScopesOf: (method) => ownScopesOf(data, method),
      });
      closers.push(() => client.close());
      const calls = Object.keys(definition).map((name) => [
        name,
        (request: unknown, context: CallContext) => client[name]?.(request as never, outgoing(context)),
      ]);
      return Object.fromEntries(calls) as SecureClient<Service>;
    },
    close() {
      for (const close of closers) close();
    },
  };
}

/** A context as the kit makes it of a call that came in, with what the exchange is to know of its user. */
function outgoing(context: CallContext): CallContext {
  const { user, traceId, deadline } = context;
  if (user === null) return createOwnContext({ timeoutMs: deadline.getTime() - Date.now(), traceId });
  const bound = { ...context };
  bindSubjectToken(bound, JSON.stringify({ sub: user.id, roles: user.roles }));
  return bound;
}

/** A shortest way from an entry point to this workload, which comes first; itself alone where there is none. */
function wayTo({ graph }: PolicyData, workload: string): readonly string[] {
  const ways: string[][] = [[workload]];
  const seen = new Set([workload]);
  for (const way of ways) {
    const first = way.at(-1) ?? workload;
    if (graph.entry_points.includes(first)) return way;
    for (const caller of graph.edges[first] ?? []) {
      if (!seen.has(caller)) ways.push([...way, caller]);
      seen.add(caller);
    }
  }
  return [workload];
}

/** RFC 8693, section 4.1: whoever acts now is outermost. */
function actOf(way: readonly string[]): object | undefined {
  return way.reduceRight<object | undefined>((act, sub) => (act === undefined ? { sub } : { sub, act }), undefined);
}
