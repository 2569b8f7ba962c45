import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDevelopmentAuthority,
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from '@zt/kit/testing/workload-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { svidFiles } from '../../sidecar/svid-files.ts';
import { healthOf, type StartedProgram, startProgram } from '../testing/start-program.ts';

const [main, health] = [join(import.meta.dirname, 'main.ts'), join(import.meta.dirname, 'health.ts')];
const identity = { spiffeId: 'spiffe://zt.example/ns/shop/sa/postgres', dnsNames: ['postgres', 'postgres.internal'] };
const patient = { timeout: 20_000, interval: 50 };

let directory: string;
let agent: DevelopmentWorkloadApi;
let env: Record<string, string>;
let keeper: StartedProgram;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-keeper-'));
  const authority = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds: 60 });
  agent = await startDevelopmentWorkloadApi({ authority, directory: join(directory, 'agent'), log: () => {} });
  const SPIFFE_ENDPOINT_SOCKET = await agent.register('postgres', [identity]);
  env = { SPIFFE_ENDPOINT_SOCKET, SVID_DIRECTORY: join(directory, 'svid') };
});

afterEach(async () => {
  await keeper.stop();
  await agent.close();
  await rm(directory, { recursive: true });
});

const certificate = () => new X509Certificate(readFileSync(svidFiles(join(directory, 'svid')).certificateFile));
const serial = () => {
  try {
    return certificate().serialNumber;
  } catch {
    return null;
  }
};

test('a server has the SVID of its container, whichever that is, and is healthy with it', async () => {
  expect(await healthOf(health, env)).toBe(1);
  keeper = startProgram(main, env);
  await vi.waitUntil(() => keeper.events.includes('serving'), patient);
  expect(certificate().subjectAltName).toContain(`URI:${identity.spiffeId}`);
  expect(await healthOf(health, env)).toBe(0);
  expect(await keeper.stop()).toBe(0);
}, 30_000);

test('the files follow each new SVID, also after the agent was gone, and after the identity was', async () => {
  keeper = startProgram(main, env);
  await vi.waitUntil(() => serial() !== null, patient);
  const steps: (() => Promise<unknown>)[] = [
    () => agent.rotate('postgres'),
    async () => {
      await agent.stop();
      await vi.waitUntil(() => keeper.events.includes('agent_lost'), patient);
      await agent.start();
      await agent.rotate('postgres');
    },
    async () => {
      agent.withdraw('postgres');
      await vi.waitUntil(() => keeper.events.includes('identity_withdrawn'), patient);
      await agent.register('postgres', [identity]);
    },
  ];
  for (const step of steps) {
    const before = serial();
    await step();
    await vi.waitUntil(() => serial() !== before, patient);
  }
}, 90_000);

test('with a certificate that has ended a server is not healthy', async () => {
  keeper = startProgram(main, env);
  await vi.waitUntil(() => serial() !== null, patient);
  await agent.issueShortLived('postgres', 2);
  await vi.waitUntil(() => certificate().validToDate < new Date(), patient);
  expect(await healthOf(health, env)).toBe(1);
}, 30_000);
