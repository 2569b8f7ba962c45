import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { Log } from '@zt/kit/service';
import { html, raw } from 'hono/html';
import type { JSONWebKeySet, JWK } from 'jose';
import Provider, { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Users } from '../users/users.ts';
import { loginScopes } from './grants.ts';
import { problemPage } from './login-pages.ts';
import { createOidcAdapter } from './oidc-adapter.ts';
import type { OidcStore } from './oidc-store.ts';
import { page, policyHeader } from './page.ts';

export interface ProviderOptions {
  /** URL under which users and services reach the provider. */
  readonly issuer: string;
  /** The workloads that take its access tokens, by SPIFFE ID, each with its scopes. The first one is the default. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
  readonly store: OidcStore;
  readonly users: Users;
  readonly log: Log;
}

const accessTokenSeconds = 10 * 60;
const sessionSeconds = 8 * 60 * 60;

/**
 * The OpenID Provider: authorization code with PKCE (RFC 7636) for one public client, and JWT access tokens (RFC 9068)
 * for one workload at a time (RFC 8707). Its keys are made here and exist in memory only: after a restart everybody
 * logs in again.
 */
export function createProvider(options: ProviderOptions): {
  readonly provider: Provider;
  readonly publicKeys: JSONWebKeySet;
} {
  const { privateJwk, publicJwk } = createKey();
  const provider = new Provider(options.issuer, configurationOf(options, privateJwk));
  const { log } = options;
  provider.on('server_error', (_ctx, error) => log.error('provider_failed', { error: error.message }));
  provider.on('authorization.error', (_ctx, error) => log.warn('authorization_refused', { reason: error.error }));
  provider.on('grant.error', (_ctx, error) => log.warn('token_refused', { reason: error.error }));
  return { provider, publicKeys: { keys: [publicJwk] } };
}

function configurationOf({ resources, store, users }: ProviderOptions, signingKey: JWK): Configuration {
  const cookie = { httpOnly: true, secure: true, sameSite: 'lax', signed: true, overwrite: true } as const;
  return {
    adapter: createOidcAdapter(store),
    jwks: { keys: [signingKey] as never },
    cookies: {
      names: { session: '__Host-session', interaction: '__Secure-interaction', resume: '__Secure-resume' },
      keys: [randomBytes(32).toString('base64url')],
      long: cookie,
      short: cookie,
    },
    clients: [
      {
        client_id: 'zt-cli',
        client_name: 'zt, the command line',
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    clientAuthMethods: ['none'],
    responseTypes: ['code'],
    scopes: [...loginScopes],
    claims: { openid: ['sub'] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: () => false,
    clockTolerance: 5,
    rotateRefreshToken: true,
    // Whoever logs out has logged out everywhere: no code and no refresh token goes on without its session.
    expiresWithSession: () => true,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => oneOf?.[0] ?? [...resources.keys()][0] ?? [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          const scopes = resources.get(resource);
          if (scopes === undefined) throw new errors.InvalidTarget();
          return {
            scope: scopes.join(' '),
            audience: resource,
            accessTokenTTL: accessTokenSeconds,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    findAccount: async (_ctx, id) => {
      const account = await users.find(id);
      return account === null ? undefined : { accountId: account.id, claims: () => ({ sub: account.id }) };
    },
    extraTokenClaims: async (_ctx, token) => {
      if (token.kind !== 'AccessToken') return undefined;
      const account = await users.find(token.accountId);
      if (account === null) throw new errors.InvalidGrant('user is gone');
      return { roles: [...account.roles], sid: token.sessionUid };
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: accessTokenSeconds,
      Interaction: 10 * 60,
      Grant: sessionSeconds,
      RefreshToken: sessionSeconds,
      // Counted from the login, so that using a session does not make it longer.
      Session: (_ctx, session) =>
        Math.max(
          1,
          (session.loginTs ?? Math.floor(Date.now() / 1000)) + sessionSeconds - Math.floor(Date.now() / 1000),
        ),
    },
    renderError: async (ctx, out) => {
      await send(ctx, await problemPage(out.error_description ?? out.error));
    },
  };
}

async function logoutSource(ctx: KoaContextWithOIDC, form: string): Promise<void> {
  const body = html`${raw(form)}
<button class="first" form="op.logoutForm" name="logout" value="yes">Log out</button>
<button form="op.logoutForm">Stay</button>`;
  await send(ctx, await page('Log out?', body));
}

async function postLogoutSuccessSource(ctx: KoaContextWithOIDC): Promise<void> {
  await send(ctx, await page('Logged out', html`<p>You can close this page.</p>`));
}

async function send(ctx: KoaContextWithOIDC, document: string): Promise<void> {
  ctx.type = 'html';
  ctx.set('content-security-policy', policyHeader);
  ctx.body = document;
}

function createKey(): { readonly privateJwk: JWK; readonly publicJwk: JWK } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty = '', crv = '', x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const publicJwk = { kty, crv, x, y, kid: randomUUID(), alg: 'ES256', use: 'sig' };
  return { privateJwk: { ...publicJwk, d }, publicJwk };
}
