import { type IdentitySnapshot, ownAuthorities, type X509Source } from '@zt/kit/identity';
import { writeSvidFiles } from './write-svid-files.ts';

/** Until what failed is tried again: an SVID that could not be written is not to be missing until the next one. */
const againMs = 1_000;

/**
 * Writes the source's SVID now and after each change, and tells of it each time. Rejects where that fails the first
 * time. A later failure is told too, and what failed is tried again until it works. An identity that is withdrawn leaves
 * the files as they are: they end by themselves.
 */
export async function keepSvidFiles(options: {
  readonly source: X509Source;
  readonly directory: string;
  readonly onWritten: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): Promise<void> {
  let written = '';
  let isTold = true;
  let again: NodeJS.Timeout | undefined;
  const keep = async () => {
    clearTimeout(again);
    try {
      const snapshot = options.source.current();
      // The agent sends everything again when an SVID of another workload of this process changes.
      const content = contentOf(snapshot);
      if (content !== written) {
        await writeSvidFiles(options.directory, snapshot);
        written = content;
        isTold = false;
      }
      if (!isTold) await options.onWritten();
      isTold = true;
    } catch (error) {
      again = setTimeout(enqueue, againMs).unref();
      throw error;
    }
  };
  let working = keep();
  const enqueue = () => {
    working = working.then(keep).catch(options.onFailure);
  };
  options.source.onChange(enqueue);
  await working;
}

function contentOf(snapshot: IdentitySnapshot): string {
  return [snapshot.svid.serialNumber, ...ownAuthorities(snapshot).map(({ fingerprint256 }) => fingerprint256)].join();
}
