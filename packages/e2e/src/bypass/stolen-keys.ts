import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { openTestCertificateAuthority, type TestCertificateAuthority } from '@zt/kit/testing';
import type { StackDescription } from '../stack-description.ts';
import { keyDirectoryOf, partnerDomain } from './forger-seams.ts';
import { readSpireAuthority } from './spire-authority.ts';

/** Who signs tokens here: the token exchange, or the OpenID Provider. */
export type TokenSigner = 'exchange' | 'access';

/** The keys of a stack that was started with the forger's seams. */
export interface StolenKeys {
  /** Of the trust domain itself. */
  readonly home: TestCertificateAuthority;
  /** Of a trust domain that the stack is federated with. */
  readonly partner: TestCertificateAuthority;
  /** By their key id. */
  readonly signing: Readonly<Record<TokenSigner, ReadonlyMap<string, KeyObject>>>;
}

/** Rejects for a stack that keeps its keys to itself. */
export async function stealKeys(stack: StackDescription): Promise<StolenKeys> {
  const directory = keyDirectoryOf(stack.name);
  const names = await readdir(directory).catch(() => {
    throw new Error(`the stack ${stack.name} keeps its keys to itself: the bypass matrix starts one that does not`);
  });
  const signing = async (signer: TokenSigner): Promise<ReadonlyMap<string, KeyObject>> => {
    const own = names.filter((name) => name.startsWith(`${signer}-`));
    const keys = own.map(
      async (name): Promise<[string, KeyObject]> => [
        name.slice(signer.length + 1),
        createPrivateKey(await readFile(join(directory, name))),
      ],
    );
    return new Map(await Promise.all(keys));
  };
  const isEmbedded = stack.kind === 'embedded';
  const { trustDomain } = accessGraph;
  return {
    home: isEmbedded ? await readAuthority(directory, trustDomain) : await readSpireAuthority(stack, trustDomain),
    partner: await readAuthority(directory, partnerDomain),
    signing: { exchange: await signing('exchange'), access: await signing('access') },
  };
}

async function readAuthority(directory: string, trustDomain: string): Promise<TestCertificateAuthority> {
  const text = await readFile(join(directory, `authority-${trustDomain}`), 'utf8');
  const end = text.lastIndexOf('\n');
  const certificateDer = new X509Certificate(text.slice(0, end)).raw;
  return await openTestCertificateAuthority(trustDomain, {
    certificateDer,
    keyDer: Buffer.from(text.slice(end + 1), 'base64'),
  });
}
