import { hashOfLine, type RecordBatch } from '@zt/kit/audit';
import { idOf } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { checkBatch, newDecisions } from './audit.ts';
import { chainOf, createTestChain } from './testing/chain.ts';

const order = idOf('order');
const chain = chainOf(6);
const other = chainOf(6);
const endAt = (sequence: number) => ({ sequence, hash: hashOfLine(chain.line(sequence)) });
const sequencesOf = (batch: RecordBatch, kept: { sequence: number; hash: string } | null) =>
  newDecisions(checkBatch(batch, order), kept, false).decisions.map(({ sequence }) => sequence);

test('records that continue a chain are new', () => {
  expect(sequencesOf(chain.batch(1, 3), null)).toEqual([1, 2, 3]);
  expect(sequencesOf(chain.batch(4, 6), endAt(3))).toEqual([4, 5, 6]);
});

test('records that are kept already are passed over', () => {
  expect(sequencesOf(chain.batch(2, 5), endAt(3))).toEqual([4, 5]);
  expect(sequencesOf(chain.batch(1, 3), endAt(3))).toEqual([]);
});

test('a gap is a fault, unless its writer has nothing earlier', () => {
  const later = checkBatch(chain.batch(5, 6), order);
  expect(newDecisions(later, endAt(3), true)).toMatchObject({ gap: { first: 4, last: 4 }, decisions: [{}, {}] });
  expect(newDecisions(later, endAt(4), true)).toMatchObject({ gap: null, decisions: [{}, {}] });
  expect(newDecisions(checkBatch(chain.batch(1, 2), order), null, true)).toMatchObject({ gap: null });
});

test('records are found by the order that they are about, by whatever name it goes', () => {
  const about = createTestChain();
  for (const resource of [{ order: 'o1' }, { reservation: 'o2' }, { payment: 'o3' }, { sku: 'tea' }])
    about.add(resource);
  const { decisions } = checkBatch(about.batch(1, 4), order);
  expect(decisions.map(({ foundBy }) => foundBy.orderId)).toEqual(['o1', 'o2', 'o3', null]);
});

const withLine = (batch: RecordBatch, index: number, line: string): RecordBatch => ({
  ...batch,
  lines: batch.lines.with(index, Buffer.from(line)),
});
const broken = { reason: 'record_chain_broken' };

test.each<[string, RecordBatch, { sequence: number; hash: string } | null, object]>([
  ['a gap after what is kept', chain.batch(5, 6), endAt(3), broken],
  ['a gap at the start', chain.batch(2, 3), null, broken],
  ['a record that was changed', withLine(chain.batch(1, 3), 1, chain.line(2).replace('alice', 'bob')), null, broken],
  ['records in another order', withLine(withLine(chain.batch(1, 3), 1, chain.line(3)), 2, chain.line(2)), null, broken],
  ['a record of another chain', withLine(chain.batch(1, 3), 1, other.line(2)), null, broken],
  ['the name of another chain', { ...chain.batch(1, 3), spoolId: other.spool }, null, broken],
  ['another number', { ...chain.batch(2, 3), firstSequence: 1 }, null, broken],
  ['another past than the one that is kept', chain.batch(4, 6), { sequence: 3, hash: 'f'.repeat(64) }, broken],
  ['another record than the one that is kept', chain.batch(2, 5), { sequence: 3, hash: 'f'.repeat(64) }, broken],
  ['a record that is no record', withLine(chain.batch(1, 3), 0, '{}'), null, { refusal: 'invalid' }],
  ['no record', { ...chain.batch(1, 1), lines: [] }, null, { refusal: 'invalid' }],
])('%s is refused', (_what, batch, kept, error) => {
  expect(() => sequencesOf(batch, kept)).toThrow(expect.objectContaining(error));
});

test('a chain does not begin with a record that names one before it', () => {
  const line = chain.line(1).replace(`"previous":"${'0'.repeat(64)}"`, `"previous":"${'a'.repeat(64)}"`);
  const batch = withLine(chain.batch(1, 1), 0, line);
  expect(() => checkBatch(batch, order)).toThrow(expect.objectContaining(broken));
});

test('nobody hands in records of another', () => {
  expect(() => checkBatch(chain.batch(1, 3), idOf('payment'))).toThrow(
    expect.objectContaining({ reason: 'record_of_another' }),
  );
});
