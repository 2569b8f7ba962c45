import { expect, test } from 'vitest';
import { nameAmong } from './name-among.ts';

test('A container has the name of its service, and a number where there are several of it', () => {
  const all = [
    { service: 'audit', copy: 1 },
    { service: 'order', copy: 1 },
    { service: 'order', copy: 2 },
  ];
  expect(all.map((each) => nameAmong(all, each))).toEqual(['audit', 'order-1', 'order-2']);
});
