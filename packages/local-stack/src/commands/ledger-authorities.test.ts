import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAuthorities, readExport } from './ledger-authorities.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zt-ledger-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function putBundle(stack: string): Promise<void> {
  const file = join(root, '.zt', stack, 'svid/postgres/current/bundle.pem');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `authorities of ${stack}`);
}

test('the authorities are those of the stack, or of the file that was named', async () => {
  await putBundle('demo');
  expect(await readAuthorities(root, { name: 'demo' })).toBe('authorities of demo');
  const bundle = join(root, 'bundle.pem');
  await writeFile(bundle, 'others');
  expect(await readAuthorities(root, { name: 'demo', bundle })).toBe('others');
});

test('where no stack of the name was started it is said what to do, with the names that there are', async () => {
  await expect(readAuthorities(root, { name: 'embedded' })).rejects.toThrow(
    'no stack embedded was started here, whose authorities would vouch for the ledger: say --bundle with a file of them',
  );
  await putBundle('demo');
  await putBundle('native');
  await mkdir(join(root, '.zt/half'));
  await expect(readAuthorities(root, { name: 'embedded' })).rejects.toThrow(
    'no stack embedded was started here, whose authorities would vouch for the ledger: ' +
      'say --name with the one that wrote it (demo, native), or --bundle with a file of them',
  );
});

test('a file that is not there is named', async () => {
  const bundle = join(root, 'nothing.pem');
  await expect(readAuthorities(root, { name: 'demo', bundle })).rejects.toThrow(
    `${bundle} can't be read (ENOENT): --bundle wants the file of the trust domain's authorities, PEM`,
  );
  const file = join(root, 'nothing.jsonl');
  await expect(readExport(file)).rejects.toThrow(
    `${file} can't be read (ENOENT): what is verified is a file that zt ledger export has written`,
  );
});
