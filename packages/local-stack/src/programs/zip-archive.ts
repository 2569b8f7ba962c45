import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

/** Writes one file of a zip archive to `destination`; throws where the archive lacks it. */
export async function extractFromZip(archive: string, fileName: string, destination: string): Promise<void> {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== fileName) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(destination));
      return;
    }
  } finally {
    zip.close();
  }
  throw new Error(`the archive has no ${fileName}`);
}
