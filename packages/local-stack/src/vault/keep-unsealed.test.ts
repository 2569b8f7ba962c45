import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VaultClient } from '@zt/kit/vault';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepUnsealed, type UnsealEvent } from './keep-unsealed.ts';

const key = 'the-unseal-key';
let directory: string;
let unsealKeyFile: string;
let events: UnsealEvent[];
let stop: AbortController;
let keeping: Promise<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-unseal-'));
  unsealKeyFile = join(directory, 'unseal-key');
  events = [];
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await keeping;
  await rm(directory, { recursive: true });
});

/** Vault as far as its seal goes, in a state that a test changes. */
function vaultIn(state: { reachable: boolean; initialized: boolean; sealed: boolean }): VaultClient {
  return {
    async read() {
      if (!state.reachable) throw new Error('Vault could not be asked');
      return { initialized: state.initialized, sealed: state.sealed } as object;
    },
    async write(path, body) {
      if (path !== 'sys/unseal' || body.key !== key) throw new Error('Vault answered 400 to sys/unseal');
      state.sealed = false;
      return {};
    },
    delete: () => Promise.reject(new Error('nothing is to be deleted')),
  };
}

function keep(client: VaultClient): void {
  keeping = keepUnsealed({
    client,
    unsealKeyFile,
    log: (event) => events.push(event),
    signal: stop.signal,
    pauseMs: 5,
  });
}

const names = () => events.map(({ event }) => event);

test('a Vault is waited for, and unsealed whenever it is sealed; each change is told once', async () => {
  const state = { reachable: false, initialized: false, sealed: true };
  keep(vaultIn(state));
  await vi.waitUntil(() => names().includes('vault_awaited'));
  state.reachable = true;
  await vi.waitUntil(() => names().includes('vault_not_initialised'));
  await writeFile(unsealKeyFile, key);
  state.initialized = true;
  await vi.waitUntil(() => !state.sealed);
  state.sealed = true;
  await vi.waitUntil(() => !state.sealed && names().length === 4);
  expect(names()).toEqual(['vault_awaited', 'vault_not_initialised', 'vault_unsealed', 'vault_unsealed']);
});

test('a key that does not fit is told of once, without the key, and the right one is taken when it comes', async () => {
  const state = { reachable: true, initialized: true, sealed: true };
  await writeFile(unsealKeyFile, 'another-key');
  keep(vaultIn(state));
  await vi.waitUntil(() => names().includes('vault_unseal_failed'));
  expect(events).toEqual([{ event: 'vault_unseal_failed', detail: 'Vault answered 400 to sys/unseal' }]);
  await writeFile(unsealKeyFile, key);
  await vi.waitUntil(() => !state.sealed);
  await vi.waitUntil(() => names().length === 2);
  expect(names()).toEqual(['vault_unseal_failed', 'vault_unsealed']);
});

test('the moment between the first start and the writing of the key is no failure', async () => {
  const state = { reachable: true, initialized: true, sealed: true };
  const client = vaultIn(state);
  let looks = 0;
  keep({
    ...client,
    async read(path) {
      looks += 1;
      // Each attempt looks twice.
      if (looks === 3) await writeFile(unsealKeyFile, key);
      return await client.read(path);
    },
  });
  await vi.waitUntil(() => !state.sealed);
  await vi.waitUntil(() => names().length > 0);
  expect(names()).toEqual(['vault_unsealed']);
});
