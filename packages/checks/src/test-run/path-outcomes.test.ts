import { expect, test } from 'vitest';
import { failedToRun } from './outcome.ts';
import { pathOutcomes } from './path-outcomes.ts';
import { outcomeOf, type PathReport } from './path-report.ts';
import type { PathRun } from './run-paths.ts';

const all = { missing: [], canRunContainers: false };
const line = { id: 'allowed/a', expected: 'OK', actual: 'OK', recorded: true, reason: '' };

const report =
  (...lines: PathReport) =>
  async ({ part }: PathRun) => ({ outcome: outcomeOf(part, lines), report: lines });

test('the paths are driven on the embedded stack, whatever is missing', async () => {
  const outcomes = await pathOutcomes(
    { missing: ['spire-server', 'spire-agent', 'vault', 'opa', 'dex'], canRunContainers: false },
    report(line),
  );
  expect(outcomes).toEqual([
    { part: 'paths on the embedded stack', passed: 1, failed: 0, leftOut: 0 },
    { part: 'forged credentials on one edge', passed: 1, failed: 0, leftOut: 0 },
  ]);
});

test('where all is at hand, all stacks run, their verdicts are compared, and Dex and forged credentials come last', async () => {
  const outcomes = await pathOutcomes({ ...all, canRunContainers: true }, report(line));
  expect(outcomes.map(({ part, passed, failed }) => [part, passed, failed])).toEqual([
    ['paths on the embedded stack', 1, 0],
    ['paths on the native stack', 1, 0],
    ['same verdicts on embedded and native', 1, 0],
    ['paths on the stack of containers', 1, 0],
    ['same verdicts on native and compose', 1, 0],
    ['paths with Dex as the issuer', 1, 0],
    ['forged credentials on one edge', 1, 0],
  ]);
});

test('a verdict that only one stack gives fails the comparison', async () => {
  const outcomes = await pathOutcomes({ ...all, missing: ['dex'] }, async (paths) =>
    paths.options.includes('native') ? await report({ ...line, actual: '503' })(paths) : await report(line)(paths),
  );
  expect(outcomes.find(({ part }) => part.startsWith('same'))).toMatchObject({
    failed: 1,
    details: ['allowed/a  OK on embedded and 503 on native'],
  });
});

test('without SPIRE or Vault, Dex takes the place of the own provider on the embedded stack', async () => {
  const outcomes = await pathOutcomes({ ...all, missing: ['vault'] }, report(line));
  expect(outcomes.map(({ part }) => part)).toEqual([
    'paths on the embedded stack',
    'paths with Dex as the issuer',
    'forged credentials on one edge',
  ]);
});

test('a stack that did not come to a report has failed, and is not compared', async () => {
  const outcomes = await pathOutcomes({ ...all, missing: ['dex'] }, async (paths) =>
    paths.options.includes('native') ? { outcome: failedToRun(paths.part), report: null } : await report(line)(paths),
  );
  expect(outcomes.map(({ part, failed }) => [part, failed])).toEqual([
    ['paths on the embedded stack', 0],
    ['paths on the native stack', 1],
    ['forged credentials on one edge', 0],
  ]);
});

test('without SPIRE or Vault on this machine, containers are compared with the embedded stack', async () => {
  const outcomes = await pathOutcomes({ missing: ['vault', 'dex'], canRunContainers: true }, async (paths) =>
    paths.options.includes('compose') ? await report({ ...line, recorded: false })(paths) : await report(line)(paths),
  );
  expect(outcomes.map(({ part, failed }) => [part, failed])).toEqual([
    ['paths on the embedded stack', 0],
    ['paths on the stack of containers', 1],
    ['same verdicts on embedded and compose', 1],
    ['forged credentials on one edge', 0],
  ]);
});
