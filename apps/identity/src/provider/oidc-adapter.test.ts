import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createOidcAdapter } from './oidc-adapter.ts';
import type { OidcStore } from './oidc-store.ts';

/** A store with one refresh token, which it is slow to find. */
function storeOf(tokens: Map<string, { readonly sessionUid: string; readonly consumed: boolean }>): OidcStore {
  const unused = () => expect.fail('nobody asks for that');
  return {
    ...{ save: unused, findByUid: unused, findByUserCode: unused, consume: unused, removeExpired: unused },
    async find(_model, id) {
      await sleep(20);
      return tokens.get(id);
    },
    async remove(_model, id) {
      tokens.delete(id);
    },
    async removeByGrant() {
      tokens.clear();
    },
  };
}

test('the session of a refresh token that was used twice ends, also while its grant is taken away', async () => {
  const gone: unknown[] = [];
  const tokens = new Map([['token', { sessionUid: 'session', consumed: true }]]);
  const adapterOf = createOidcAdapter({
    store: storeOf(tokens),
    onDevicePoll: async () => {},
    onRefreshTokenGone: async (token) => void gone.push(token),
  });
  const adapter = adapterOf('RefreshToken');
  // As oidc-provider does it where a token comes a second time.
  await Promise.all([adapter.destroy('token'), adapter.revokeByGrantId('grant')]);
  expect(gone).toEqual([{ sessionId: 'session', wasReused: true }]);
  expect(tokens).toEqual(new Map());
});
