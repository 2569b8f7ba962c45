import type { X509Source } from '@zt/kit/identity';
import { writeSvidFiles } from './svid-files.ts';

/**
 * Writes the source's SVID now and after each change, and tells of it each time. A failure is told too, and tried again
 * with the next change. An identity that is withdrawn leaves the files as they are: they end by themselves.
 */
export async function keepSvidFiles(options: {
  readonly source: X509Source;
  readonly directory: string;
  readonly onWritten: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): Promise<void> {
  const write = async () => {
    await writeSvidFiles(options.directory, options.source.current());
    await options.onWritten();
  };
  let writing: Promise<void> = Promise.resolve();
  options.source.onChange(() => {
    writing = writing.then(write).catch(options.onFailure);
  });
  await write();
}
