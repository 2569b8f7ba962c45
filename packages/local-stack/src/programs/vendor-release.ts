import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { extract } from 'tar';
import type { VendorRelease } from './pinned-program.ts';
import { extractFromZip } from './zip-archive.ts';

const checksumTimeoutMs = 5_000;
const archiveTimeoutMs = 10 * 60_000;

/** The vendor could not be reached: a reason to try the next way, unlike a checksum that does not fit. */
export class ReleaseUnreachableError extends Error {
  override readonly name = 'ReleaseUnreachableError';
}

/**
 * Fetches a vendor's release, checks its published SHA-256 and puts `program` into `directory`. Tries once: throws
 * `ReleaseUnreachableError` soon where the network does not lead there, and another error where the checksum is wrong.
 */
export async function fetchRelease(release: VendorRelease, program: string, directory: string): Promise<void> {
  const checksums = await (await get(release.checksums, checksumTimeoutMs)).text();
  const expected = checksumOf(checksums, basename(new URL(release.archive).pathname));
  const archive = join(directory, '.archive');
  const response = await get(release.archive, archiveTimeoutMs);
  if (response.body === null) throw new ReleaseUnreachableError(`${release.archive} is empty`);
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(archive));
  } catch (error) {
    throw new ReleaseUnreachableError(`${release.archive} broke off`, { cause: error });
  }
  const actual = await sha256Of(archive);
  if (actual !== expected) {
    throw new Error(`${release.archive} has SHA-256 ${actual}, but its vendor publishes ${expected}: it is not used`);
  }
  await unpack(archive, release.format, program, directory);
  await rm(archive, { force: true });
  await chmod(join(directory, program), 0o755);
}

/** Finds an archive's line, in a list of the form that `sha256sum` prints. */
function checksumOf(checksums: string, archiveName: string): string {
  for (const line of checksums.split('\n')) {
    const [sum, name] = line.trim().split(/\s+\*?/);
    if (sum !== undefined && /^[0-9a-f]{64}$/i.test(sum) && name !== undefined && basename(name) === archiveName) {
      return sum.toLowerCase();
    }
  }
  throw new Error(`the vendor's checksums do not list ${archiveName}`);
}

async function get(url: string, timeoutMs: number): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw new ReleaseUnreachableError(`${url} can't be reached`, { cause: error });
  }
  if (!response.ok) throw new ReleaseUnreachableError(`${url} answers ${response.status}`);
  return response;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function unpack(
  archive: string,
  format: VendorRelease['format'],
  program: string,
  directory: string,
): Promise<void> {
  switch (format) {
    case 'binary':
      return rename(archive, join(directory, program));
    case 'zip':
      return extractFromZip(archive, program, join(directory, program));
    case 'tar.gz':
      await extract({
        file: archive,
        cwd: directory,
        filter: (path, entry) => basename(path) === program && 'type' in entry && entry.type === 'File',
        // The archive has its programs in a folder, which the cache does not.
        onReadEntry: (entry) => {
          entry.path = basename(entry.path);
        },
      });
  }
}
