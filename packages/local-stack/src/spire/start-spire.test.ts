import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { createNodeCertificate } from './node-certificate.ts';
import { reconcileEntries } from './reconcile-entries.ts';
import { spireFiles } from './spire-files.ts';
import type { SpireServerCommands } from './spire-server-commands.ts';
import { startSpireAgent, startSpireServer } from './start-spire.ts';
import { startTestSpire, type TestSpire } from './testing/start-test-spire.ts';
import { processSelectors, workloadEntries } from './workload-entries.ts';
import { linkWorkloadPrograms } from './workload-links.ts';

await describeWithPrograms('SPIRE', ['spire-server', 'spire-agent'], (programs) => {
  let spire: TestSpire;
  let server: SpireServerCommands;
  let binDirectory: string;
  let agent: ManagedProcess;

  beforeAll(async () => {
    spire = await startTestSpire(programs, async (started, directory) => {
      server = started;
      const names = ['order', 'payment', 'nobody'];
      binDirectory = await linkWorkloadPrograms(join(directory, 'bin'), names, process.execPath);
      await reconcileEntries(server, entries(['order', 'payment']));
    });
    agent = spire.agent;
  }, 60_000);
  afterAll(() => spire.close());

  const entries = (names: readonly string[], ttl = 60) =>
    workloadEntries(
      names.map((name) => ({
        name,
        spiffeId: `spiffe://zt.example/ns/shop/sa/${name}`,
        dnsNames: [name, 'localhost'],
      })),
      {
        trustDomain: 'zt.example',
        svidTtlSeconds: ttl,
        selectorsOf: processSelectors({
          binDirectory,
          uid: process.getuid?.() ?? 0,
          programOf: ({ name }) => name,
        }),
      },
    );
  const fetchSvid = async (program: string) => {
    const args = [join(import.meta.dirname, 'testing/fetch-svid.ts'), spire.socket];
    return JSON.parse(await spire.context.processes.run({ name: 'fetch', command: program, args }));
  };

  it('gives the process of a registered program its SVID, with the names by which others reach it', async () => {
    const svid = await fetchSvid(join(binDirectory, 'order'));
    expect(svid.spiffeId).toBe('spiffe://zt.example/ns/shop/sa/order');
    expect(svid.names).toBe('DNS:order, DNS:localhost, URI:spiffe://zt.example/ns/shop/sa/order');
  });

  it('gives the same script another identity where another link runs it', async () => {
    expect((await fetchSvid(join(binDirectory, 'payment'))).spiffeId).toBe('spiffe://zt.example/ns/shop/sa/payment');
  });

  it('gives nothing to a node that nobody registered, be it a link of the same program', async () => {
    const refused = await Promise.all([fetchSvid(join(binDirectory, 'nobody')), fetchSvid(process.execPath)]);
    for (const { error } of refused) expect(error).toContain('the agent has no identity for this process');
  }, 20_000);

  it('follows the wanted entries, and changes nothing where nothing differs', async () => {
    await reconcileEntries(server, entries(['order', 'inventory']));
    const before = await server.json(['entry', 'show']);
    await reconcileEntries(server, entries(['inventory', 'order']));
    expect(await server.json(['entry', 'show'])).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('/sa/payment');
    await reconcileEntries(server, entries(['order', 'payment'], 120));
    expect(JSON.stringify(await server.json(['entry', 'show']))).toContain('"x509_svid_ttl":120');
  });

  it('takes an agent back that was started again with a new node certificate', async () => {
    await agent.stop();
    await createNodeCertificate(spireFiles(spire.context).node, new Date());
    agent = await startSpireAgent(spire.context, spire.settings);
    expect((await fetchSvid(join(binDirectory, 'order'))).spiffeId).toBe('spiffe://zt.example/ns/shop/sa/order');
  }, 20_000);

  it('takes an agent back that knows none of its authorities, as after weeks without a start', async () => {
    await agent.stop();
    await spire.serverProcess.stop();
    const { serverData, agentData } = spireFiles(spire.context);
    await rm(serverData, { recursive: true });
    await mkdir(serverData, { mode: 0o700 });
    // What is left to an agent whose own SVID has ended: the bundle of then.
    const kept = join(agentData, 'agent-data.json');
    await writeFile(kept, JSON.stringify({ ...JSON.parse(await readFile(kept, 'utf8')), svid: null }));
    await startSpireServer(spire.context, spire.settings);
    await reconcileEntries(server, entries(['order']));
    agent = await startSpireAgent(spire.context, spire.settings);
    expect((await fetchSvid(join(binDirectory, 'order'))).spiffeId).toBe('spiffe://zt.example/ns/shop/sa/order');
  }, 90_000);
});

describe('the certificate of a node', () => {
  it('is signed by an authority whose key is nowhere, and its own key is private', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'zt-node-'));
    const files = spireFiles({ stateDirectory: directory, socketDirectory: directory }).node;
    await createNodeCertificate(files, new Date());
    const certificate = new X509Certificate(await readFile(files.certificate));
    const authority = new X509Certificate(await readFile(files.authority));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.subject).toBe('CN=node');
    expect((await stat(files.privateKey)).mode & 0o777).toBe(0o600);
    const key = await readFile(files.privateKey, 'utf8');
    expect(authority.checkPrivateKey(createPrivateKey(key))).toBe(false);
    await rm(directory, { recursive: true });
  });
});
