import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDevelopmentAuthority,
  type DevelopmentAuthority,
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from '@zt/kit/testing/workload-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { healthOf, type StartedProgram, startProgram } from '../testing/start-program.ts';

const [main, health] = [join(import.meta.dirname, 'main.ts'), join(import.meta.dirname, 'health.ts')];
const patient = { timeout: 20_000, interval: 50 };

let directory: string;
let authority: DevelopmentAuthority;
let agent: DevelopmentWorkloadApi;
let env: Record<string, string>;
let updater: StartedProgram;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-updater-'));
  authority = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds: 60 });
  agent = await startDevelopmentWorkloadApi({ authority, directory: join(directory, 'agent'), log: () => {} });
  const spiffeId = 'spiffe://zt.example/ns/shop/sa/trust-updater';
  env = {
    SPIFFE_ENDPOINT_SOCKET: await agent.register('trust-updater', [{ spiffeId }]),
    // Nobody answers there: no Vault has to be up for others to know who is who.
    VAULT_ADDRESS: 'https://localhost:1',
    BUNDLE_FILE: join(directory, 'bundle.pem'),
    UNSEAL_KEY_FILE: join(directory, 'unseal-key'),
  };
});

afterEach(async () => {
  await updater.stop();
  await agent.close();
  await rm(directory, { recursive: true });
});

function published(): number {
  try {
    return readFileSync(join(directory, 'bundle.pem'), 'utf8').match(/BEGIN CERTIFICATE/g)?.length ?? 0;
  } catch {
    return 0;
  }
}

test('the trust bundle is there for everybody, and follows the authority', async () => {
  expect(await healthOf(health, env)).toBe(1);
  updater = startProgram(main, env);
  await vi.waitUntil(() => published() === 1, patient);
  expect((await stat(join(directory, 'bundle.pem'))).mode & 0o777).toBe(0o644);
  expect(await healthOf(health, env)).toBe(0);
  await authority.prepare();
  await vi.waitUntil(() => published() === 2, patient);
  await authority.activate();
  await authority.taint();
  await authority.revoke();
  await vi.waitUntil(() => published() === 1, patient);
}, 60_000);

test('a Vault that does not answer is told of once, and keeps the updater from nothing', async () => {
  updater = startProgram(main, env);
  await vi.waitUntil(() => updater.events.includes('vault_trust_update_failed'), patient);
  await vi.waitUntil(() => updater.events.includes('vault_awaited'), patient);
  // Several attempts later.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const told = updater.events.filter((event) => event === 'vault_trust_update_failed' || event === 'vault_awaited');
  expect(told).toHaveLength(2);
  expect(await updater.stop()).toBe(0);
}, 60_000);
