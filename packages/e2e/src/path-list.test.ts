import { expect, test } from 'vitest';
import { attempts } from './attempts/index.ts';
import { pathList } from './path-list.ts';

test('every path is a line of its own, with what has to come of it', () => {
  const refused = { id: 'edge/a-b/C', expected: { code: 'NO', reasons: ['one', 'two'] } };
  expect(pathList([{ id: 'edge/a-b/D', expected: { code: 'OK', reasons: [] } }, refused])).toEqual([
    'edge/a-b/D  OK',
    'edge/a-b/C  NO (one, two)',
  ]);
  expect(new Set(pathList(attempts)).size).toBe(attempts.length);
});
