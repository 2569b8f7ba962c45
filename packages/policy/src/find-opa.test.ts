import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOpa, opaVersion } from './find-opa.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-opa-'));
  await installOpa('path/opa', '0.0.1');
  await installOpa(`tools/opa/${opaVersion}/opa`);
  await installOpa(`cache/zt-tools/opa/${opaVersion}/opa`);
});

afterAll(() => rm(directory, { recursive: true }));

async function installOpa(path: string, version = opaVersion): Promise<void> {
  const file = join(directory, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho 'Version: ${version}'\n`);
  await chmod(file, 0o700);
}

test.each([
  ['ZT_TOOLS_CACHE', 'tools', `tools/opa/${opaVersion}/opa`],
  ['XDG_CACHE_HOME', 'cache', `cache/zt-tools/opa/${opaVersion}/opa`],
])('OPA is found in the cache that %s names, and another version on PATH is passed over', (name, value, path) => {
  const environment = { PATH: join(directory, 'path'), [name]: join(directory, value) };
  expect(findOpa(environment)).toBe(join(directory, path));
});

test('a program named by OPA is taken in the pinned version only', () => {
  expect(() => findOpa({ OPA: join(directory, 'path/opa') })).toThrow('0.0.1');
});
