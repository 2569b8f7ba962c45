import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepare } from './prepare.ts';

const repositoryRoot = join(import.meta.dirname, '../../../..');
let volumes: string;

beforeEach(async () => {
  volumes = await mkdtemp(join(tmpdir(), 'zt-volumes-'));
  for (const name of ['node-authority', 'node-identity']) await mkdir(join(volumes, name));
  for (const server of ['spire-server', 'spire-agent', 'postgres', 'vault'])
    await mkdir(join(volumes, `${server}-config`));
});
afterEach(() => rm(volumes, { recursive: true }));

async function run(now = new Date()): Promise<string[]> {
  const lines: string[] = [];
  await prepare({ repositoryRoot, volumes, now, report: (line) => lines.push(line) });
  return lines;
}

async function everything(): Promise<Record<string, string>> {
  const found = await readdir(volumes, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = paths.map(async (path) => [path.slice(volumes.length + 1), await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

test('a second run changes nothing, and says so', async () => {
  expect((await run()).join('\n')).not.toContain('as it should be');
  const before = await everything();
  expect(Object.keys(before).sort()).toEqual([
    'node-authority/ca.pem',
    'node-identity/certificate.pem',
    'node-identity/key.pem',
    'postgres-config/pg_hba.conf',
    'postgres-config/pg_ident.conf',
    'postgres-config/postgresql.conf',
    'postgres-config/serve-postgres.sh',
    'postgres-config/serve-with-svid.sh',
    'spire-agent-config/agent.conf',
    'spire-server-config/server.conf',
    'vault-config/serve-with-svid.sh',
    'vault-config/vault.hcl',
  ]);
  expect(await run()).toEqual([
    'certificate of this machine: as it should be',
    'configuration of spire-server: as it should be',
    'configuration of spire-agent: as it should be',
    'configuration of postgres: as it should be',
    'configuration of vault: as it should be',
  ]);
  expect(await everything()).toEqual(before);
});

test('nobody else can read what it writes', async () => {
  await run();
  for (const path of Object.keys(await everything()))
    expect((await stat(join(volumes, path))).mode & 0o777, path).toBe(0o600);
});

test('servers listen on the addresses of their own networks only, and Postgres takes who is on its own', async () => {
  await run();
  const texts = await everything();
  expect(texts['postgres-config/postgresql.conf']).toContain("listen_addresses = 'postgres.internal'");
  expect(texts['postgres-config/pg_hba.conf']).toMatch(/^hostssl +postgres +vault +samenet +cert$/m);
  expect(texts['vault-config/vault.hcl']).toMatch(/^ +address += "vault.internal:8200"$/m);
});

test('a configuration that somebody changed is put right, and what has to start anew for it is said', async () => {
  await run();
  const before = await everything();
  await writeFile(join(volumes, 'postgres-config/pg_hba.conf'), 'host all all all trust\n');
  expect((await run()).join('\n')).toMatch(/postgres: written\n.*docker compose restart postgres$/m);
  expect(await everything()).toEqual(before);
});

test('the certificate of the machine is replaced when half of its life is over, and with it what knows it', async () => {
  await run();
  const before = await everything();
  const lines = await run(new Date(Date.now() + 200 * 24 * 3600 * 1000));
  expect(lines[1]).toContain('docker compose restart spire-server spire-agent');
  const after = await everything();
  for (const file of ['node-authority/ca.pem', 'node-identity/certificate.pem', 'node-identity/key.pem'])
    expect(after[file]).not.toBe(before[file]);
});
