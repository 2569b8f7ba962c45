import { expect, test } from 'vitest';
import { parseSince } from './parse-since.ts';

test('a time back from now is a number with its unit', () => {
  expect(['30s', '15m', '1h', '7d'].map(parseSince)).toEqual([30, 900, 3600, 604_800]);
});

test('anything else is refused with an example', () => {
  for (const value of ['', '1', 'h', '0h', '-1h', '1.5h', '1w', '1 h', '1constructor']) {
    expect(() => parseSince(value)).toThrow('such as 30s, 15m, 1h or 7d');
  }
});
