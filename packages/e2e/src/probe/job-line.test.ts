import { expect, test } from 'vitest';
import { fromLine, toLine } from './job-line.ts';

test('bytes and times arrive as they were, and texts like them stay texts', () => {
  const asked = {
    records: [Buffer.from('hi')],
    until: new Date('2026-03-01T12:00:00Z'),
    text: '2026-03-01T12:00:00.000Z',
    nothing: null,
  };
  expect(fromLine(toLine(asked))).toEqual(asked);
  expect(toLine(asked)).not.toContain('\n');
});
