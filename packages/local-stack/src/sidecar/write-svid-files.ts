import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type IdentitySnapshot, ownAuthorities, pemOfX509Svid } from '@zt/kit/identity';

/**
 * Writes an SVID for a server that reads files. Certificate, key and bundle change in one step, so whoever opens them
 * gets three that fit; those of the SVID before stay for readers that are just at it. One call at a time.
 */
export async function writeSvidFiles(directory: string, snapshot: IdentitySnapshot): Promise<void> {
  const { cert, key } = pemOfX509Svid(snapshot.svid);
  const bundle = ownAuthorities(snapshot).map(String).join('');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const before = (await readdir(directory)).filter((name) => name.startsWith('svid-')).sort();
  const number = Number(before.at(-1)?.slice('svid-'.length) ?? 0) + 1;
  const generation = `svid-${String(number).padStart(9, '0')}`;

  try {
    await mkdir(join(directory, generation), { mode: 0o700 });
    await writeFile(join(directory, generation, 'certificate.pem'), cert, { mode: 0o600 });
    await writeFile(join(directory, generation, 'key.pem'), key, { mode: 0o600 });
    await writeFile(join(directory, generation, 'bundle.pem'), bundle, { mode: 0o600 });

    await rm(join(directory, 'next'), { force: true });
    await symlink(generation, join(directory, 'next'));
    await rename(join(directory, 'next'), join(directory, 'current'));
  } catch (error) {
    await rm(join(directory, generation), { recursive: true, force: true });
    throw error;
  }
  for (const old of before.slice(0, -1)) await rm(join(directory, old), { recursive: true, force: true });
}
