import { chmod, rename, writeFile } from 'node:fs/promises';
import { ownAuthorities, type X509Source } from '@zt/kit/identity';

const againMs = 1_000;

/**
 * Writes the authorities of the source's trust domain to a file that anybody may read, now and after each change, each time
 * as a whole. Rejects where that fails the first time; a later failure is told, and tried again until it works.
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
  const publishAgain = () => {
    working = working.then(publish).catch((error: unknown) => {
      // Authorities seldom change, so that the next change may be days away.
      setTimeout(publishAgain, againMs).unref();
      options.onFailure(error);
    });
  };
  source.onChange(publishAgain);
  await working;
}
