import { type AdapterFactory, errors } from 'oidc-provider';
import type { OidcStore } from './oidc-store.ts';

/** What holds a grant's id because it came from that grant, and goes when the grant is revoked. */
const grantedModels = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

/** Lets oidc-provider keep its records in the store. */
export function createOidcAdapter(store: OidcStore): AdapterFactory {
  return (model) => ({
    async upsert(id, payload, expiresIn) {
      if (expiresIn === undefined) throw new TypeError(`${model} would be kept for ever`);
      await store.save(model, id, payload, expiresIn);
    },
    find: (id) => store.find(model, id),
    findByUid: (uid) => store.findByUid(model, uid),
    // For the device flow, which is off.
    findByUserCode: async () => undefined,
    async consume(id) {
      // oidc-provider looks, then consumes: of two requests with one code both may have seen it unused.
      if (!(await store.consume(model, id))) throw new errors.InvalidGrant('it was used before');
    },
    destroy: (id) => store.remove(model, id),
    async revokeByGrantId(grantId) {
      if (grantedModels.has(model)) await store.removeByGrant(grantId);
    },
  });
}
