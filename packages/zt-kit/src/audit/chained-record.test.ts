import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { chainStart, hashOfLine, lineOf, linkOf, parseLine } from './chained-record.ts';

const link = { spool: randomUUID(), sequence: 1, previous: chainStart };
const line = lineOf(madeUpRecord({ detail: 'ü' }), link);

test('a line holds the record and its place, and is read back as both', () => {
  expect(parseLine(line)).toEqual({ ...madeUpRecord({ detail: 'ü' }), chain: link });
  expect(parseLine(Buffer.from(line))).toEqual(parseLine(line));
  expect(linkOf(line)).toEqual(link);
});

test('the hash is that of the bytes, whatever they are', () => {
  expect(hashOfLine(line)).toBe(createHash('sha256').update(Buffer.from(line)).digest('hex'));
  expect(hashOfLine(`${line} `)).not.toBe(hashOfLine(line));
});

test.each([
  ['no JSON', '{'],
  ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22])],
  ['nothing', 'null'],
  ['no chain', JSON.stringify(madeUpRecord())],
  ['another version', JSON.stringify({ ...madeUpRecord(), version: 2, chain: link })],
  ['a number below one', lineOf(madeUpRecord(), { ...link, sequence: 0 })],
  ['a hash that is none', lineOf(madeUpRecord(), { ...link, previous: 'x' })],
  ['a spool without an id', lineOf(madeUpRecord(), { ...link, spool: '1' })],
])('%s is no record of a chain', (_what, wrong) => {
  expect(() => parseLine(wrong)).toThrow(TypeError);
});
