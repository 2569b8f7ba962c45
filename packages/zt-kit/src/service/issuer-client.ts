import type { JSONWebKeySet } from 'jose';
import type { UserIssuer } from '../delegation/user-issuer.ts';
import { ownAuthorities } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { type JsonRequest, requestJson } from './request-json.ts';

/** Asks an OpenID Connect issuer, over connections that authenticate it as its settings say. */
export interface IssuerClient {
  fetchKeys(): Promise<JSONWebKeySet>;
  /** Asks the endpoint that the issuer's discovery document names. Throws a `JsonStatusError` for any status but 200. */
  ask(
    endpoint: 'introspection_endpoint' | 'userinfo_endpoint',
    request: Pick<JsonRequest, 'headers' | 'form'>,
  ): Promise<unknown>;
}

const metadataHoldsMs = 5 * 60_000;
/** Whoever asks does so for a user who waits. */
const timeoutMs = 2_000;

/** `nowMs` is a clock that never goes back. */
export function createIssuerClient(
  source: X509Source,
  issuer: UserIssuer,
  nowMs: () => number = () => performance.now(),
): IssuerClient {
  let kept: { readonly metadata: Readonly<Record<string, unknown>>; readonly at: number } | undefined;

  const request = (url: string, more: Pick<JsonRequest, 'headers' | 'form'> = {}): Promise<unknown> =>
    requestJson(url, { authorities: authoritiesOf(source, issuer), timeoutMs, ...more });

  /** OpenID Connect Discovery, section 4: what another issuer says of itself does not count. */
  async function metadata(): Promise<Readonly<Record<string, unknown>>> {
    if (kept !== undefined && nowMs() - kept.at < metadataHoldsMs) return kept.metadata;
    const answer = await request(`${issuer.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const described = answer as Readonly<Record<string, unknown>>;
    if (described?.issuer !== issuer.issuer) throw new Error(`${issuer.issuer} does not describe itself`);
    kept = { metadata: described, at: nowMs() };
    return described;
  }

  async function endpoint(name: string): Promise<string> {
    const url = (await metadata())[name];
    if (typeof url !== 'string' || URL.parse(url)?.protocol !== 'https:') {
      throw new Error(`${issuer.issuer} names no ${name} with https`);
    }
    return url;
  }

  return {
    fetchKeys: async () => (await request(await endpoint('jwks_uri'))) as JSONWebKeySet,
    ask: async (name, form) => await request(await endpoint(name), form),
  };
}

function authoritiesOf(source: X509Source, issuer: UserIssuer): readonly string[] | undefined {
  if (issuer.kind === 'own' || issuer.authorities === 'own-trust-domain') {
    return ownAuthorities(source.current()).map(String);
  }
  return issuer.authorities === 'system' ? undefined : [issuer.authorities.pem];
}
