import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentAuthority, startDevelopmentWorkloadApi } from '@zt/kit/testing/workload-api';
import { expect, test, vi } from 'vitest';
import { awaitIdentity } from './await-identity.ts';

const spiffeId = 'spiffe://zt.example/ns/shop/sa/vault';

test('an agent that starts late, and an entry that comes later still, are waited for, and that is said', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'zt-await-'));
  const authority = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds: 60 });
  const agent = await startDevelopmentWorkloadApi({ authority, directory: join(directory, 'agent'), log: () => {} });
  try {
    const socket = await agent.register('vault', [{ spiffeId }]);
    agent.withdraw('vault');
    await agent.stop();
    const awaited: unknown[] = [];
    const opening = awaitIdentity({ socket, startTimeoutMs: 300 }, (_level, event, fields) => {
      if (event === 'identity_awaited') awaited.push(fields?.detail);
    });
    await vi.waitUntil(() => awaited.length === 2, { timeout: 5_000 });
    await agent.start();
    await vi.waitUntil(() => String(awaited.at(-1)).includes('not registered'), { timeout: 10_000 });
    await agent.register('vault', [{ spiffeId }]);
    const source = await opening;
    expect(source.current().svid.spiffeId.uri).toBe(spiffeId);
    source.close();
  } finally {
    await agent.close();
    await rm(directory, { recursive: true });
  }
}, 30_000);

test('an address that can never be an agent ends the wait', async () => {
  await expect(awaitIdentity({ socket: 'tcp://127.0.0.1:1' }, () => {})).rejects.toThrow(TypeError);
});
