import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import { parseEntries } from '../spire/registration-entry.ts';
import { startTestSpire, type TestSpire } from '../spire/testing/start-test-spire.ts';
import { createPatience } from './patience.ts';
import { register } from './register.ts';
import { trialEntries } from './trial/trial-entries.ts';

await describeWithPrograms('the registration of containers', ['spire-server', 'spire-agent'], (programs) => {
  let spire: TestSpire;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zt-register-'));
    spire = await startTestSpire(programs, async () => {});
  }, 60_000);
  afterAll(async () => {
    await spire?.close();
    await rm(directory, { recursive: true });
  });

  async function run(svidTtlSeconds: number): Promise<string[]> {
    const lines: string[] = [];
    const report = (line: string) => lines.push(line);
    const bootstrapBundle = join(directory, 'bundle.pem');
    await register({
      server: spire.server,
      bootstrapBundle,
      svidTtlSeconds,
      patience: createPatience({ report }),
      report,
    });
    return lines;
  }
  const entries = async () => parseEntries(await spire.server.json(['entry', 'show']));

  test('each workload of the access graph has one entry, which SPIRE takes as it is, and a second run changes none', async () => {
    expect(await run(60)).toHaveLength(2 + accessGraph.workloads.length);
    const before = await entries();
    expect(before.find(({ spiffe_id: id }) => id.endsWith('/payment'))).toMatchObject({
      parent_id: 'spiffe://zt.example/spire/agent/x509pop/node',
      selectors: [{ type: 'docker', value: 'label:example.zt.workload:payment' }],
      dns_names: ['payment', 'localhost', 'payment.internal', 'payment.zt.example'],
      x509_svid_ttl: 60,
    });
    expect(await run(60)).toEqual([
      'trust bundle for the agent: as it should be',
      `${accessGraph.workloads.length} workloads: as they should be`,
    ]);
    expect(await entries()).toEqual(before);
  });

  test('another lifetime changes all of them in place', async () => {
    const ids = (await entries()).map(({ id }) => id).sort();
    const lines = await run(30);
    expect(lines.filter((line) => line.startsWith('changed: '))).toHaveLength(accessGraph.workloads.length);
    const after = await entries();
    expect(after.map(({ id }) => id).sort()).toEqual(ids);
    expect(new Set(after.map(({ x509_svid_ttl: ttl }) => ttl))).toEqual(new Set([30]));
  });

  test('what a trial has registered that is going on stays, and nothing else that is not of the access graph', async () => {
    const labels = { 'com.docker.compose.slug': 'abc', 'example.zt.workload': 'trial' };
    const until = new Date(Date.now() + 60_000);
    const trial = trialEntries(labels, { svidTtlSeconds: 30, until });
    const ended = trial.map((entry) => ({
      ...entry,
      selectors: [{ type: 'docker', value: 'label:example.zt.workload:trial' }],
      entryExpiry: undefined,
    }));
    await spire.server.json(['entry', 'create', '-data', '-'], { entries: [...trial, ...ended] });
    expect(await run(30)).toContain(`removed: ${ended.length}`);
    expect(await entries()).toHaveLength(accessGraph.workloads.length + trial.length);
  });

  test('the agent is handed the bundle of this server', async () => {
    expect(await readFile(join(directory, 'bundle.pem'), 'utf8')).toBe(await spire.server.text(['bundle', 'show']));
  });
});
