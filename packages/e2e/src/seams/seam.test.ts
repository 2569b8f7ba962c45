import { expect, test } from 'vitest';
import { withSeams } from './seam.ts';

test('puts a text in the place of another, letter by letter', () => {
  const seams = [
    { find: 'a < b', replace: "'$&$1'" },
    { find: 'return', replace: 'throw' },
  ];
  expect(withSeams('a.ts', 'if (a < b) return;', seams)).toBe("if ('$&$1') throw;");
});

test('refuses a text that is not there, and names it', () => {
  expect(() => withSeams('a.ts', 'if (a > b) return;', [{ find: 'a < b', replace: 'true' }])).toThrow(
    'the text of a seam is 0 times in a.ts, not once: a < b',
  );
});

test('refuses a text that is there twice, as nobody knows which of them is meant', () => {
  expect(() => withSeams('a.ts', 'a < b; a < b', [{ find: 'a < b', replace: 'true' }])).toThrow('is 2 times');
});
