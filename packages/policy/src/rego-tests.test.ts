import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { compilePolicy, policyFolder } from './compile-policy.ts';
import { findOpa, howToGetOpa } from './find-opa.ts';
import { policyWasm } from './index.ts';

const opa = findOpa(process.env);
if (opa === undefined) process.stderr.write(`The Rego tests were NOT run. ${howToGetOpa}\n`);

it('has OPA where a passed check is relied on', () => {
  if (process.env.CI === 'true') expect(opa, howToGetOpa).toBeDefined();
});

it.runIf(opa !== undefined)(
  'passes its Rego tests, and they reach every line',
  () => {
    // With coverage asked for, OPA says on its standard error which test failed.
    const run = spawnSync(opa ?? '', ['test', '--coverage', '--threshold', '100', '.'], {
      cwd: policyFolder,
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ coverage: 100 });
  },
  60_000,
);

it.runIf(opa !== undefined)('has Rego that OPA formats and checks strictly', () => {
  expect(spawnSync(opa ?? '', ['fmt', '--list', '.'], { cwd: policyFolder, encoding: 'utf8' }).stdout).toBe('');
  expect(spawnSync(opa ?? '', ['check', '--strict', '.'], { cwd: policyFolder, encoding: 'utf8' }).stderr).toBe('');
});

it.runIf(opa !== undefined)('has a committed module that is what its source compiles to, byte for byte', () => {
  expect(compilePolicy(opa ?? '').equals(policyWasm)).toBe(true);
});
