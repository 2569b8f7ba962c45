import { chmod, rename, writeFile } from 'node:fs/promises';
import { ownAuthorities, type X509Source } from '@zt/kit/identity';

/**
 * Writes the authorities of the source's trust domain to a file that anybody may read, now and after each change, each time
 * as a whole. Rejects where that fails the first time; a later failure is told, and tried again with the next change.
 */
export async function publishBundle(options: {
  readonly source: X509Source;
  readonly file: string;
  readonly onPublished: (authorities: number) => void;
  readonly onFailure: (error: unknown) => void;
}): Promise<void> {
  const { source, file } = options;
  let published = '';
  const publish = async () => {
    const authorities = ownAuthorities(source.current());
    const pem = authorities.map(String).join('');
    if (pem === published) return;
    await writeFile(`${file}.new`, pem);
    await chmod(`${file}.new`, 0o644);
    await rename(`${file}.new`, file);
    published = pem;
    options.onPublished(authorities.length);
  };
  let working = publish();
  source.onChange(() => {
    working = working.then(publish).catch(options.onFailure);
  });
  await working;
}
