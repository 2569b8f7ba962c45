import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createDevelopmentAuthority,
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from '@zt/kit/testing/workload-api';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { programsAtHand } from '../programs/testing/programs-at-hand.ts';
import { foreignClientOf, outputOf } from './testing/foreign-client.ts';
import { spireAgentClient } from './testing/spire-agent-client.ts';

const toolsDirectory = join(import.meta.dirname, '../../../../infra/tools');
const goSpiffe = (await programsAtHand(['go-spiffe-client']))?.['go-spiffe-client'] ?? null;
const spireAgent = (await programsAtHand(['spire-agent']))?.['spire-agent'] ?? null;
const pySpiffe = (await pySpiffeIsInstalled()) ? join(toolsDirectory, 'py-spiffe-client/ask.py') : null;

/** In the version of its requirements, for the `python3` on PATH. */
async function pySpiffeIsInstalled(): Promise<boolean> {
  const wanted = await readFile(join(toolsDirectory, 'py-spiffe-client/requirements.txt'), 'utf8');
  const print = 'from importlib.metadata import version; print("spiffe==" + version("spiffe"))';
  const installed = await promisify(execFile)('python3', ['-c', print]).catch(() => null);
  return installed !== null && installed.stdout.trim() === wanted.trim();
}

const clients = [
  ...(goSpiffe === null ? [] : [{ name: 'go-spiffe', tellsHints: true, client: foreignClientOf(goSpiffe) }]),
  ...(spireAgent === null ? [] : [{ name: 'spire-agent api', tellsHints: true, client: spireAgentClient(spireAgent) }]),
  ...(pySpiffe === null
    ? []
    : [{ name: 'py-spiffe', tellsHints: false, client: foreignClientOf('python3', [pySpiffe]) }]),
];

const order = 'spiffe://zt.example/ns/shop/sa/order';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const authority = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds: 600 });
const partner = await createDevelopmentAuthority({ trustDomain: 'partner.example', svidTtlSeconds: 600 });
authority.federate(partner.bundle());

let directory: string;
let server: DevelopmentWorkloadApi;
let socket: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-foreign-'));
  server = await startDevelopmentWorkloadApi({ authority, directory, log: () => undefined });
  socket = await server.register('order', [
    { spiffeId: order, dnsNames: ['order', 'localhost'], hint: 'internal' },
    { spiffeId: payment, dnsNames: ['payment'], hint: 'external' },
  ]);
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

describe.each(clients)('$name at the development Workload API', { timeout: 60_000 }, ({ client, tellsHints }) => {
  const hint = (text: string) => (tellsHints ? { hint: text } : {});

  it('gets all X.509-SVIDs, in their order and with their hints: the ones that the kit gets', async () => {
    const serials: string[] = [];
    for (const spiffeId of [order, payment]) {
      const source = await createWorkloadX509Source({ socket, spiffeId, log: () => undefined });
      serials.push(source.current().svid.serialNumber.toLowerCase().replace(/^0+/, ''));
      source.close();
    }
    expect(await client.x509Svids(socket)).toMatchObject([
      { spiffeId: order, dnsNames: ['order', 'localhost'], serialNumber: serials[0], ...hint('internal') },
      { spiffeId: payment, dnsNames: ['payment'], serialNumber: serials[1], ...hint('external') },
    ]);
  });

  it('gets the X.509 bundles, that of a federated trust domain too', async () => {
    const fingerprints = [authority, partner].map((owner) => [
      owner.trustDomain,
      owner.bundle().x509Authorities.map(({ fingerprint256 }) => fingerprint256.replaceAll(':', '').toLowerCase()),
    ]);
    expect(await client.x509Bundles(socket)).toEqual(Object.fromEntries(fingerprints));
  });

  it('gets a JWT-SVID for each of its identities, and the server says that they are good', async () => {
    const svids = await client.jwtSvids(socket, 'vault');
    expect(svids).toMatchObject([
      { spiffeId: order, ...hint('internal') },
      { spiffeId: payment, ...hint('external') },
    ]);
    for (const { spiffeId, token } of svids) {
      expect(await client.validate(socket, 'vault', token)).toMatchObject({ spiffeId });
    }
  });

  it('is told which JWT-SVIDs are not good: one for another audience, one of an unknown key, one that is none', async () => {
    const [svid] = await client.jwtSvids(socket, 'vault');
    await expect(client.validate(socket, 'ledger', svid?.token ?? '')).rejects.toThrow('unexpected "aud" claim value');
    const stranger = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds: 600 });
    const forged = await stranger.issueJwtSvid(order, ['vault']);
    await expect(client.validate(socket, 'vault', forged)).rejects.toThrow('is known of trust domain zt.example');
    await expect(client.validate(socket, 'vault', 'no.token.this')).rejects.toThrow('Invalid Token');
  });

  it('gets the JWT bundles, that of a federated trust domain too', async () => {
    const ids = [authority, partner].map((owner) => [owner.trustDomain, owner.bundle().jwtKeys.map(({ kid }) => kid)]);
    expect(await client.jwtBundles(socket)).toEqual(Object.fromEntries(ids));
  });

  it('hears of new SVIDs while it watches', async () => {
    const [before] = await client.x509Svids(socket);
    const watching = client.watch(socket);
    try {
      await vi.waitUntil(() => watching.updates() === 1, { timeout: 10_000 });
      await server.rotate('order');
      await vi.waitUntil(() => watching.updates() === 2, { timeout: 10_000 });
    } finally {
      watching.stop();
    }
    expect((await client.x509Svids(socket))[0]?.serialNumber).not.toBe(before?.serialNumber);
  });

  it('gets nothing at the socket where nobody is registered', async () => {
    const [svid] = await client.jwtSvids(socket, 'vault');
    const refusals = [
      client.x509Svids(server.strangerSocket),
      client.x509Bundles(server.strangerSocket),
      client.jwtSvids(server.strangerSocket, 'vault'),
      client.jwtBundles(server.strangerSocket),
      client.validate(server.strangerSocket, 'vault', svid?.token ?? ''),
    ];
    for (const refused of await Promise.allSettled(refusals)) {
      expect(refused).toMatchObject({ reason: { message: expect.stringMatching(/no identity issued/) } });
    }
  });
});

describe('the clients', () => {
  it('go-spiffe: the program is built from the source that is here, else its version has to grow', async () => {
    if (goSpiffe === null)
      return notAtHand('go-spiffe-client', 'run `npx -y pnpm@12 zt tools go-spiffe-client` once, with Go installed');
    const folder = join(toolsDirectory, 'go-spiffe-client');
    const files = (await readdir(folder)).filter((name) => name.endsWith('.go')).toSorted();
    const source = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
    expect(await outputOf(goSpiffe, ['--source'])).toBe(source.join(''));
  });

  it("spire-agent: SPIRE's own client is at hand", () => {
    if (spireAgent === null) notAtHand('spire-agent', 'run `npx -y pnpm@12 zt tools spire-agent` once');
  });

  it('py-spiffe: is asked where it is installed', () => {
    const how = 'pip install -r infra/tools/py-spiffe-client/requirements.txt';
    if (pySpiffe === null) console.warn(`py-spiffe is not at hand: NOT TESTED here. To include it: ${how}`);
  });

  function notAtHand(name: string, how: string): void {
    console.warn(`${name} is not at hand: its part is NOT TESTED here. To include it: ${how}`);
    expect(process.env.CI).toBeUndefined();
  }
});
