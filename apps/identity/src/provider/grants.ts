import type Provider from 'oidc-provider';
import type { AccessRequest } from './login-pages.ts';

type Resources = ReadonlyMap<string, readonly string[]>;
type Params = Readonly<Record<string, unknown>>;

/** Scopes that say something about the login itself and not about a resource. */
export const loginScopes: readonly string[] = ['openid', 'offline_access'];

/** What a client asks for, as the user is to see it. */
export function readAccessRequest(params: Params, resources: Resources): AccessRequest {
  const asked = scopesOf(params);
  const known = new Set([...loginScopes, ...resourcesOf(params).flatMap((resource) => resources.get(resource) ?? [])]);
  return { client: String(params.client_id), scopes: asked.filter((scope) => known.has(scope)) };
}

/** Keeps that the user allows the client exactly this, and gives the grant's id. */
export async function grantWhatIsAsked(
  provider: Provider,
  params: Params,
  accountId: string,
  resources: Resources,
): Promise<string> {
  const asked = scopesOf(params);
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(asked.filter((scope) => loginScopes.includes(scope)).join(' '));
  for (const resource of resourcesOf(params)) {
    const allowed = asked.filter((scope) => resources.get(resource)?.includes(scope));
    if (allowed.length > 0) grant.addResourceScope(resource, allowed.join(' '));
  }
  return grant.save();
}

function scopesOf({ scope }: Params): string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : [];
}

function resourcesOf({ resource }: Params): string[] {
  return [resource].flat().filter((name) => typeof name === 'string');
}
