import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Log } from '@zt/kit/service';
import type { JWK } from 'jose';
import Provider, { type AdapterFactory, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { CookieKeys } from '../keys/cookie-keys.ts';
import type { SessionEnd, SessionStore } from '../sessions/session-store.ts';
import type { Users } from '../users/users.ts';
import { createDeviceLimits, type DeviceLimitsOptions } from './device-limits.ts';
import { devicePages } from './device-pages.ts';
import { loginScopes } from './grants.ts';
import { problemPage } from './login-pages.ts';
import { createOidcAdapter } from './oidc-adapter.ts';
import type { OidcStore } from './oidc-store.ts';
import { logoutPages, send } from './provider-pages.ts';

export interface ProviderOptions {
  /** URL under which users and services reach the provider. */
  readonly issuer: string;
  /** The workloads that take its access tokens, by SPIFFE ID, each with its scopes. The first one is the default. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
  readonly store: OidcStore;
  readonly sessions: Pick<SessionStore, 'end'>;
  readonly users: Users;
  readonly cookieKeys: CookieKeys;
  readonly deviceLimits?: DeviceLimitsOptions;
  readonly log: Log;
}

const accessTokenSeconds = 10 * 60;
const sessionSeconds = 8 * 60 * 60;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * The OpenID Provider: authorization code with PKCE (RFC 7636) and device flow (RFC 8628) for one public client, and JWT
 * access tokens (RFC 9068) for one workload at a time (RFC 8707). Its private key is made here and exists in memory only.
 */
export function createProvider(options: ProviderOptions): { readonly provider: Provider; readonly publicJwk: JWK } {
  const { privateJwk, publicJwk } = createKey();
  const { log, sessions } = options;

  async function endSession(sessionId: string, reason: SessionEnd): Promise<void> {
    await sessions.end(sessionId, reason);
    if (reason === 'refresh_token_reused') log.warn('refresh_token_reused', { sessionId });
    else log.info('session_ended', { sessionId, reason });
  }

  const limits = createDeviceLimits(options.deviceLimits ?? {}, log);
  const adapter = createOidcAdapter({
    store: options.store,
    onDevicePoll: limits.poll,
    onRefreshTokenGone: ({ sessionId, wasReused }) =>
      endSession(sessionId, wasReused ? 'refresh_token_reused' : 'revoked'),
  });
  const provider = new Provider(options.issuer, configurationOf(options, privateJwk, adapter));
  provider.use(limits.middleware);
  // Written down before the session's record goes, and by oidc-provider for a logout only: a new name for the same
  // session, which it gets at each login, destroys nothing.
  const { destroy } = provider.Session.prototype;
  provider.Session.prototype.destroy = async function () {
    await endSession(this.uid, 'logged_out');
    await destroy.call(this);
  };
  provider.on('server_error', (_ctx, error) => log.error('provider_failed', { error: error.message }));
  provider.on('authorization.error', (_ctx, error) => log.warn('authorization_refused', { reason: error.error }));
  provider.on('grant.error', (_ctx, error) => {
    // Each poll of a device that waits is one.
    if (error.error !== 'authorization_pending') log.warn('token_refused', { reason: error.error });
  });
  return { provider, publicJwk };
}

function configurationOf(
  { resources, users, cookieKeys }: ProviderOptions,
  signingKey: JWK,
  adapter: AdapterFactory,
): Configuration {
  const cookie = { httpOnly: true, secure: true, sameSite: 'lax', signed: true, overwrite: true } as const;
  return {
    adapter,
    jwks: { keys: [signingKey] as never },
    cookies: {
      names: { session: '__Host-session', interaction: '__Secure-interaction', resume: '__Secure-resume' },
      keys: cookieKeys as never,
      long: cookie,
      short: cookie,
    },
    clients: [
      {
        client_id: 'zt-cli',
        client_name: 'zt, the command line',
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token', deviceGrant],
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
    issueRefreshToken: (_ctx, _client, code) => code.scopes.has('offline_access'),
    // Whoever logs out has logged out everywhere: no code and no refresh token goes on without its session.
    expiresWithSession: async (ctx, code) => {
      if (code.kind === 'DeviceCode') await keepSession(ctx);
      return true;
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', ...devicePages },
      rpInitiatedLogout: { enabled: true, ...logoutPages },
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
      return account === null || account.blocked
        ? undefined
        : { accountId: account.id, claims: () => ({ sub: account.id }) };
    },
    extraTokenClaims: async (_ctx, token) => {
      if (token.kind !== 'AccessToken') return undefined;
      const account = await users.find(token.accountId);
      if (account === null || account.blocked) throw new errors.InvalidGrant('user is gone or blocked');
      return { roles: [...account.roles], sid: token.sessionUid };
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: 10 * 60,
      IdToken: accessTokenSeconds,
      Interaction: 10 * 60,
      Grant: sessionSeconds,
      RefreshToken: sessionSeconds,
      // Counted from the login, so that using a session does not make it longer.
      Session: (_ctx, session) => secondsLeft(session),
    },
    renderError: async (ctx, out) => {
      await send(ctx, await problemPage(out.error_description ?? out.error));
    },
  };
}

/**
 * Keeps the session of a login at once. The device may ask as soon as its code is kept, and oidc-provider would keep the
 * session only after that: whoever asked in between would have been told for good that there was no such code.
 */
async function keepSession({ oidc: { session } }: KoaContextWithOIDC): Promise<void> {
  if (session === undefined) return;
  await session.save(secondsLeft(session));
  // It is kept again, and its cookie set, at the end of the request.
  Object.assign(session, { touched: true });
}

function secondsLeft({ loginTs }: { readonly loginTs?: number | undefined }): number {
  const now = Math.floor(Date.now() / 1000);
  return Math.max(1, (loginTs ?? now) + sessionSeconds - now);
}

function createKey(): { readonly privateJwk: JWK; readonly publicJwk: JWK } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty = '', crv = '', x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const publicJwk = { kty, crv, x, y, kid: randomUUID(), alg: 'ES256', use: 'sig' };
  return { privateJwk: { ...publicJwk, d }, publicJwk };
}
