import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestStack, spiffeIdOf, type TestStack } from '../postgres/testing/test-stack.ts';
import { postgresPluginOf } from '../programs/index.ts';
import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import { svidFiles } from '../sidecar/svid-files.ts';
import { writeSvidFiles } from '../sidecar/write-svid-files.ts';
import { demoSettings } from '../stack/stack-settings.ts';
import { type RunningVault, startVault } from '../vault/start-vault.ts';
import { checkVault } from './check-vault.ts';
import type { RunningExaminedStack } from './examined-stack.ts';

await describeWithPrograms('Vault', ['vault'], ({ vault }) => testsOf(vault));

function testsOf(program: string): void {
  let stack: TestStack;
  let vault: RunningVault;
  let examined: RunningExaminedStack;

  beforeAll(async () => {
    stack = await createTestStack({ vault: program, vaultPostgresPlugin: postgresPluginOf(program) });
    const { context } = stack;
    const directory = join(context.stateDirectory, 'svid/vault');
    await writeSvidFiles(directory, await stack.identityOf('vault'));
    vault = await startVault(context, { certificate: svidFiles(directory), spiffeId: spiffeIdOf('vault') });
    const { stateDirectory, socketDirectory, ports } = context;
    const process = { name: 'vault', state: 'running' as const, pid: 1, ports: [], restarts: 0, svids: [] };
    examined = {
      kind: 'native',
      name: 'native',
      stateDirectory,
      record: { socketDirectory, settings: demoSettings },
      ports,
      status: {
        name: 'native',
        phase: 'running',
        startedAt: new Date().toISOString(),
        gatewayUrl: '',
        issuerUrl: '',
        processes: [process],
      },
      now: new Date(),
      start: 'zt up',
      command: (words) => `zt ${words}`,
    };
  }, 60_000);

  afterAll(() => stack?.close());

  test('that is unsealed is well', async () => {
    expect(await checkVault(examined)).toEqual([]);
  });

  test('that is sealed is told so, since when, and how it is unsealed', async () => {
    const before = new Date().toISOString();
    await vault.seal();
    const [finding, ...others] = await checkVault(examined);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ what: expect.stringMatching(/^is sealed/), todo: 'unseal it with zt unseal' });
    expect(Date.parse(finding?.since ?? '')).toBeGreaterThanOrEqual(Date.parse(before) - 1_000);
    await vault.unseal();
    expect(await checkVault(examined)).toEqual([]);
  });

  test('that is gone is told with how it could not be reached', async () => {
    await vault.process.stop();
    expect(await checkVault(examined)).toMatchObject([{ what: expect.stringContaining('ECONNREFUSED') }]);
  });
}
