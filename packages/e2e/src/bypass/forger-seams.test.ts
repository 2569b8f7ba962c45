import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSeams } from '../seams/seam.ts';
import { repositoryRoot } from '../seams/write-copies.ts';
import { forgerSeams, keyDirectoryOf } from './forger-seams.ts';

test.each(['embedded', 'native'] as const)(
  'each text that the forger changes on a stack of the kind %s stands in its file',
  async (kind) => {
    const seams = forgerSeams(keyDirectoryOf('two'), kind);
    expect(seams.length).toBeGreaterThan(3);
    for (const seam of seams) {
      const text = await readFile(join(repositoryRoot, seam.file), 'utf8');
      expect(withSeams(seam.file, text, [seam])).not.toBe(text);
    }
  },
);
