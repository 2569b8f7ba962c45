import { type IdentitySnapshot, ownAuthorities, type X509Source } from '@zt/kit/identity';
import { writeSvidFiles } from './write-svid-files.ts';

/** Until somebody who did not take the news that files are new is told again. */
const tellAgainMs = 1_000;

/**
 * Writes the source's SVID now and after each change, and tells of it each time. Rejects where that fails the first
 * time. A later failure is told too; who was to hear of new files is told again until it works, and what could not be
 * written is tried again with the next change. An identity that is withdrawn leaves the files as they are: they end by
 * themselves.
 */
export async function keepSvidFiles(options: {
  readonly source: X509Source;
  readonly directory: string;
  readonly onWritten: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): Promise<void> {
  let written = '';
  let again: NodeJS.Timeout | undefined;
  const tell = async () => {
    clearTimeout(again);
    try {
      await options.onWritten();
    } catch (error) {
      again = setTimeout(() => enqueue(tell), tellAgainMs).unref();
      throw error;
    }
  };
  const write = async () => {
    const snapshot = options.source.current();
    // The agent sends everything again when an SVID of another workload of this process changes.
    const content = contentOf(snapshot);
    if (content === written) return;
    await writeSvidFiles(options.directory, snapshot);
    written = content;
    await tell();
  };
  let working = write();
  const enqueue = (work: () => Promise<void>) => {
    working = working.then(work).catch(options.onFailure);
  };
  options.source.onChange(() => enqueue(write));
  await working;
}

function contentOf(snapshot: IdentitySnapshot): string {
  return [snapshot.svid.serialNumber, ...ownAuthorities(snapshot).map(({ fingerprint256 }) => fingerprint256)].join();
}
