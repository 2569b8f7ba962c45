import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ApiKey, type ApiKeyEvent, createApiKey } from './api-key.ts';
import { type VaultAnswer, type VaultClient, VaultError } from './vault-client.ts';
import type { VaultLogin } from './vault-login.ts';

const path = 'payment/card-network';
const pollMs = 20;
let versions: string[];
let down: VaultError | null;
let asked: string[];
let events: ApiKeyEvent[];
let opened: ApiKey | undefined;
let tokens: string[];

beforeEach(() => {
  versions = ['key-one'];
  down = null;
  asked = [];
  events = [];
  tokens = ['t1'];
  opened = undefined;
});

afterEach(() => opened?.close());

const client: VaultClient = {
  async read(asking, token): Promise<VaultAnswer> {
    asked.push(asking);
    if (down !== null) throw down;
    if (token !== tokens.at(-1)) throw new VaultError(403, 'Vault answered 403: permission denied');
    const version = versions.length;
    if (version === 0) throw new VaultError(404, 'Vault answered 404');
    if (asking === `kv/metadata/${path}`) return { data: { current_version: version } };
    return { data: { data: { key: versions.at(-1) }, metadata: { version } } };
  },
  write: () => expect.fail('nothing is written'),
  delete: () => expect.fail('nothing is deleted'),
};

function createLogin(): VaultLogin {
  let held: string | null = null;
  return {
    async token() {
      held ??= tokens.at(-1) ?? '';
      return { value: held, startsAt: new Date(), endsAt: new Date(Date.now() + 60_000) };
    },
    renew: async (token) => token,
    discard() {
      held = null;
    },
    close: async () => {},
  };
}

async function open(): Promise<ApiKey> {
  opened = await createApiKey({ client, login: createLogin(), path, log: (event) => events.push(event), pollMs });
  return opened;
}

test('a new version is in force soon, and whoever began with the old one keeps it', async () => {
  const apiKey = await open();
  const begun = apiKey.current();
  expect(begun).toEqual({ value: 'key-one', version: 1 });
  versions.push('key-two');
  await vi.waitFor(() => expect(apiKey.current()).toEqual({ value: 'key-two', version: 2 }));
  expect(begun.value).toBe('key-one');
  expect(events.map((event) => [event.event, event.version])).toEqual([
    ['api_key_taken', 1],
    ['api_key_taken', 2],
  ]);
});

test('the key itself travels only when there is a new version', async () => {
  await open();
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(4));
  expect(asked.filter((each) => each.startsWith('kv/data/'))).toHaveLength(1);
});

test('while Vault is gone the version in hand goes on, which is said once', async () => {
  const apiKey = await open();
  down = new VaultError(null, 'Vault could not be asked');
  const before = asked.length;
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before + 3));
  expect(apiKey.current().version).toBe(1);
  expect(events.slice(1)).toEqual([
    { event: 'api_key_not_read', path, version: 1, detail: 'Vault could not be asked' },
  ]);
  down = null;
  versions.push('key-two');
  await vi.waitFor(() => expect(apiKey.current().version).toBe(2));
});

test('before the first version there is none, and it comes once Vault has it', async () => {
  versions = [];
  const apiKey = await open();
  expect(() => apiKey.current()).toThrow(expect.objectContaining({ reason: 'api_key_unavailable' }));
  versions = ['key-one'];
  await vi.waitFor(() => expect(apiKey.current().version).toBe(1));
});

test('who was refused with the key in hand gets the newest without waiting', async () => {
  opened = await createApiKey({ client, login: createLogin(), path, log: () => {}, pollMs: 60_000 });
  versions.push('key-two');
  await opened.refresh();
  expect(opened.current().version).toBe(2);
});

test('who was refused while a reading is under way gets what came after that reading began', async () => {
  const asking = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  let isSlow = false;
  const slow: VaultClient = {
    ...client,
    async read(asked, token) {
      const found = await client.read(asked, token);
      if (!isSlow) return found;
      isSlow = false;
      asking.resolve();
      await answer.promise;
      return found;
    },
  };
  opened = await createApiKey({ client: slow, login: createLogin(), path, log: () => {}, pollMs: 60_000 });
  isSlow = true;
  const first = opened.refresh();
  await asking.promise;
  versions.push('key-two');
  const second = opened.refresh();
  answer.resolve();
  await Promise.all([first, second]);
  expect(opened.current().version).toBe(2);
});

test('a token that was revoked is replaced by a new login', async () => {
  const apiKey = await open();
  tokens.push('t2');
  versions.push('key-two');
  await vi.waitFor(() => expect(apiKey.current().version).toBe(2));
});

test('neither events nor errors hold the key', async () => {
  const apiKey = await open();
  down = new VaultError(500, 'Vault answered 500');
  await vi.waitFor(() => expect(events).toHaveLength(2));
  expect(inspect([events, apiKey], { depth: 10, showHidden: true })).not.toContain('key-one');
});
