import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withSeams } from '../seams/seam.ts';
import { repositoryRoot } from '../seams/write-copies.ts';
import { controls } from './controls.ts';

describe('every control', () => {
  test.each(controls)('$id stands in the source, once', ({ off }) => {
    for (const [file, seams] of Map.groupBy(off, (seam) => seam.file)) {
      const text = readFileSync(join(repositoryRoot, file), 'utf8');
      expect(withSeams(file, text, seams)).not.toBe(text);
    }
  });
});

test('no two controls have the same name', () => {
  expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);
});

test('what covers a control is another control', () => {
  for (const { id, coveredBy } of controls) {
    if (coveredBy !== undefined)
      expect(controls.filter((other) => other.id !== id).map((other) => other.id)).toContain(coveredBy);
  }
});
