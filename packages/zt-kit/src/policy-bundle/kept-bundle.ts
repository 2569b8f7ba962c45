import { X509Certificate } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { TrustBundle } from '../identity/trust-bundle.ts';

/** A bundle that was taken, and the authorities of that moment: at a restart they may have been rolled. */
export interface KeptBundle {
  readonly statement: string;
  readonly authorities: TrustBundle;
}

const kept = z.strictObject({
  statement: z.string(),
  authorities: z.strictObject({ trustDomain: z.string(), x509: z.array(z.string()) }),
});

/** Null where none was ever kept. Throws where what is there cannot be read. */
export async function readKeptBundle(file: string): Promise<KeptBundle | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const { statement, authorities } = kept.parse(JSON.parse(text));
  const x509Authorities = authorities.x509.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  return { statement, authorities: { trustDomain: authorities.trustDomain, x509Authorities } };
}

/** Replaces the file whole, or leaves it as it was. */
export async function writeKeptBundle(file: string, { statement, authorities }: KeptBundle): Promise<void> {
  const x509 = authorities.x509Authorities.map(({ raw }) => raw.toString('base64'));
  const text = JSON.stringify({ statement, authorities: { trustDomain: authorities.trustDomain, x509 } });
  const draft = `${file}.${process.pid}`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
