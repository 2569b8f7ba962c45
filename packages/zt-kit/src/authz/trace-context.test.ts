import { expect, test } from 'vitest';
import { traceIdOf, traceparentOf } from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

test('a trace goes on from hop to hop', () => {
  expect(traceIdOf(`00-${traceId}-${parent}-01`)).toBe(traceId);
  expect(traceIdOf(traceparentOf(traceId))).toBe(traceId);
  expect(traceparentOf(traceId)).not.toBe(traceparentOf(traceId));
});

test.each([
  ['none', null],
  ['one of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
  ['one of another version', `01-${traceId}-${parent}-01`],
  ['one in upper case', `00-${traceId.toUpperCase()}-${parent}-01`],
  ['one with more behind it', `00-${traceId}-${parent}-01-x`],
  ['one with something before it', `x00-${traceId}-${parent}-01`],
  ['one that is cut off', `00-${traceId}-${parent}`],
])('instead of %s there is a new one', (_what, traceparent) => {
  const fresh = traceIdOf(traceparent);
  expect(fresh).toMatch(/^[0-9a-f]{32}$/);
  expect(fresh).not.toBe(traceId);
  expect(fresh).not.toBe(traceIdOf(traceparent));
  expect(Number.parseInt(fresh, 16)).not.toBe(0);
});
