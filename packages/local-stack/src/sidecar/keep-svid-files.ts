import type { IdentitySnapshot, X509Source } from '@zt/kit/identity';
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
  let written = '';
  const write = async () => {
    const snapshot = options.source.current();
    // The agent sends everything again when an SVID of another workload of this process changes.
    const content = contentOf(snapshot);
    if (content === written) return;
    await writeSvidFiles(options.directory, snapshot);
    written = content;
    await options.onWritten();
  };
  let writing = write();
  options.source.onChange(() => {
    writing = writing.then(write).catch(options.onFailure);
  });
  await writing;
}

function contentOf({ svid, bundles }: IdentitySnapshot): string {
  const authorities = bundles.get(svid.spiffeId.trustDomain)?.x509Authorities ?? [];
  return [svid.serialNumber, ...authorities.map(({ fingerprint256 }) => fingerprint256)].join();
}
