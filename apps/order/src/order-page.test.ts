import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageTokenOf, parsePage } from './order-page.ts';

const invalid = expect.objectContaining({ refusal: 'invalid' });

test('a page has 20 orders where nothing else is asked for, and begins at the start without a token', () => {
  expect(parsePage({ pageSize: 0, pageToken: '' })).toEqual({ size: 20, after: null });
  expect(parsePage({ pageSize: 100, pageToken: '' })).toEqual({ size: 100, after: null });
});

test.each([-1, 101, 1.5, Number.NaN])('a page of %d orders is invalid', (pageSize) => {
  expect(() => parsePage({ pageSize, pageToken: '' })).toThrow(invalid);
});

const positions = fc.record({
  placedAt: fc.date({ min: new Date(0), max: new Date(8.64e15), noInvalidDate: true }),
  orderId: fc.uuid(),
});

test('a page token brings back the position that it was made of', () => {
  fc.assert(
    fc.property(positions, (position) => {
      expect(parsePage({ pageSize: 1, pageToken: pageTokenOf(position) }).after).toEqual(position);
    }),
  );
});

test('each position has one token and no other', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{32}$/), (pageToken) => {
      try {
        const { after } = parsePage({ pageSize: 1, pageToken });
        expect(after && pageTokenOf(after)).toBe(pageToken);
      } catch (error) {
        expect(error).toMatchObject({ refusal: 'invalid' });
      }
    }),
  );
});

const token = pageTokenOf({ placedAt: new Date(0), orderId: '3f0c1b52-0000-4000-8000-000000000001' });
test.each([
  ['one character less', token.slice(1)],
  ['one character more', `${token}A`],
  ['padding', `${token.slice(0, 31)}=`],
  ['a space', `${token.slice(0, 31)} `],
  ['the other alphabet', `+${token.slice(1)}`],
  ['a time that no clock shows', 'A3_______________________________'.slice(0, 32).replace(/^A3/, '__')],
  ['SQL', "' or 1=1 --                     "],
])('a page token with %s is invalid', (_, pageToken) => {
  expect(() => parsePage({ pageSize: 1, pageToken })).toThrow(invalid);
});
