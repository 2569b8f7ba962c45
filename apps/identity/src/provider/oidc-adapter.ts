import Provider, { type Adapter, type AdapterFactory, errors } from 'oidc-provider';
import { type OidcStore, userCodeAlias } from './oidc-store.ts';

/** What holds a grant's id because it came from that grant, and goes when the grant is revoked. */
const grantedModels = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** Where a device code is named by the person who types its short code, and not by the device that has it. */
const personsRoutes = new Set(['code_verification', 'device_resume']);

export interface OidcAdapterOptions {
  readonly store: OidcStore;
  /** Throws where a device asks too often whether its user has logged in. */
  readonly onDevicePoll: (deviceCode: string) => Promise<void>;
  /** Told when a refresh token is taken away, before the answer: by whoever revokes it, or because it was used twice. */
  readonly onRefreshTokenGone: (token: { readonly sessionId: string; readonly wasReused: boolean }) => Promise<void>;
}

/** Lets oidc-provider keep its records in the store. */
export function createOidcAdapter({ store, onDevicePoll, onRefreshTokenGone }: OidcAdapterOptions): AdapterFactory {
  const ending = new Set<Promise<void>>();

  return (model): Adapter => ({
    async upsert(id, payload, expiresIn) {
      if (expiresIn === undefined) throw new TypeError(`${model} would be kept for ever`);
      await store.save(model, id, payload, expiresIn);
    },
    async find(id) {
      // A device shows the code itself; who can read the database knows no more than the alias.
      const isPersons = model === 'DeviceCode' && personsRoutes.has(Provider.ctx?.oidc.route ?? '');
      if (id.startsWith(userCodeAlias) && !isPersons) return undefined;
      if (model === 'DeviceCode' && !isPersons) await onDevicePoll(id);
      return await store.find(model, id);
    },
    findByUid: (uid) => store.findByUid(model, uid),
    findByUserCode: (userCode) => store.findByUserCode(model, userCode),
    async consume(id) {
      if (await store.consume(model, id)) return;
      // oidc-provider looks, then consumes: of two requests with one code or token both may have seen it unused.
      if (model === 'RefreshToken') await end(id, true);
      throw new errors.InvalidGrant('it was used before');
    },
    async destroy(id) {
      if (model === 'RefreshToken') await end(id, false);
      await store.remove(model, id);
    },
    async revokeByGrantId(grantId) {
      if (!grantedModels.has(model)) return;
      // oidc-provider takes a token and its grant away at once, and whose session it was is read from the token.
      await Promise.allSettled(ending);
      await store.removeByGrant(grantId);
    },
  });

  async function end(id: string, wasReused: boolean): Promise<void> {
    const ended = endSessionOf(id, wasReused);
    ending.add(ended);
    try {
      await ended;
    } finally {
      ending.delete(ended);
    }
  }

  async function endSessionOf(id: string, wasReused: boolean): Promise<void> {
    const token = await store.find('RefreshToken', id);
    const sessionId = token?.sessionUid;
    if (typeof sessionId !== 'string') return;
    await onRefreshTokenGone({ sessionId, wasReused: wasReused || token?.consumed !== undefined });
  }
}
