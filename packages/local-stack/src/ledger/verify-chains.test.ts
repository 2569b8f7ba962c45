import { hashOfLine, lineOf, parseLine } from '@zt/kit/audit';
import { idOf } from '@zt/kit/testing';
import { describe, expect, test } from 'vitest';
import { textOfExport } from './ledger-export.ts';
import type { LedgerFault } from './ledger-fault.ts';
import { chainOf, exportOf, order, payment, trust } from './testing/made-up-ledger.ts';
import { verifyLedger } from './verify-ledger.ts';

const faultIn = async (lines: readonly string[]): Promise<LedgerFault | null> => {
  const verdict = await verifyLedger(textOfExport(exportOf({ lines })), trust);
  return verdict.kind === 'intact' ? null : verdict.fault;
};
const spoolOf = (lines: readonly string[]) => parseLine(lines[0] ?? '').chain.spool;
const at = (kind: LedgerFault['kind'], writer: string, lines: readonly string[], sequence: number) => ({
  kind,
  writer: idOf(writer),
  spool: spoolOf(lines),
  sequence,
});
const inPayment = (lines: readonly string[]) => [...order, ...lines];
const edited = (line: string) => line.replace('"allowed":true', '"allowed":false');
const relink = (line: string, change: object) => {
  const { chain, ...record } = parseLine(line);
  return lineOf(record, { ...chain, ...change });
};

test('a ledger that nobody touched is intact', async () => {
  expect(await verifyLedger(textOfExport(exportOf()), trust)).toMatchObject({
    kind: 'intact',
    records: 10,
    chains: 2,
    checkpoints: 2,
    unsigned: 0,
  });
});

test('records after the last checkpoint are told apart', async () => {
  const lines = [...chainOf('order', 2, order), ...payment, ...chainOf('gateway', 1)];
  expect(await verifyLedger(textOfExport(exportOf({ lines })), trust)).toMatchObject({
    kind: 'intact',
    chains: 3,
    unsigned: 3,
  });
});

describe.each([1, 2, 3, 4, 5])('of record %i', (sequence) => {
  const index = sequence - 1;
  const record = payment[index] ?? '';

  test('a change is found, whatever was changed', async () => {
    const changes = [
      edited(record),
      record.replace('alice', 'mallory'),
      `${record} `,
      relink(record, { previous: 'a'.repeat(64) }),
      record.replace(idOf('payment'), idOf('inventory')),
      '',
      '{}',
      record.slice(0, -1),
    ];
    for (const change of changes) {
      const fault = await faultIn(inPayment(payment.with(index, change)));
      // The last record of a chain that is made another chain's looks cut off.
      const isCut = sequence === 5 && change.includes(idOf('inventory'));
      const expected = at(isCut ? 'cut_off' : 'changed', 'payment', payment, sequence);
      expect(fault, change).toMatchObject(expected);
    }
    const fault = await faultIn(inPayment(payment.with(index, edited(record))));
    expect(fault).toMatchObject(at('changed', 'payment', payment, sequence));
  });

  test('a removal is found', async () => {
    const fault = await faultIn(inPayment(payment.toSpliced(index, 1)));
    expect(fault).toMatchObject(at(sequence === 5 ? 'cut_off' : 'removed', 'payment', payment, sequence));
  });

  test('a move to the end, or to another chain, is found', async () => {
    if (sequence < 5) {
      const toEnd = inPayment([...payment.toSpliced(index, 1), record]);
      expect(await faultIn(toEnd)).toMatchObject(at('moved', 'payment', payment, sequence));
    }
    const toOther = [...order.toSpliced(2, 0, record), ...payment.toSpliced(index, 1)];
    expect(await faultIn(toOther)).not.toBeNull();
  });

  test('a second copy is found', async () => {
    const twice = inPayment(payment.toSpliced(index, 0, record));
    expect(await faultIn(twice)).toMatchObject(at('moved', 'payment', payment, sequence));
  });

  test('a change after which all others were chained anew is found', async () => {
    const forged = payment.slice(0, index);
    for (const line of [edited(record), ...payment.slice(sequence)]) {
      forged.push(relink(line, { previous: forged.length === 0 ? '0'.repeat(64) : hashOfLine(forged.at(-1) ?? '') }));
    }
    // Only what was signed can be told from what was chained anew.
    const signed = sequence <= 3 ? 3 : 5;
    expect(await faultIn(inPayment(forged))).toMatchObject(at('changed', 'payment', payment, signed));
  });
});

test('of two records that changed places the first is named', async () => {
  const swapped = payment.with(1, payment[2] ?? '').with(2, payment[1] ?? '');
  expect(await faultIn(inPayment(swapped))).toMatchObject(at('moved', 'payment', payment, 2));
});

test.each([1, 9])('a record that says number %i is named by its own', async (sequence) => {
  const renumbered = payment.with(2, relink(payment[2] ?? '', { sequence }));
  expect(await faultIn(inPayment(renumbered))).toMatchObject(at('changed', 'payment', payment, 3));
});

test('records that are cut off are found in any chain, and so is a chain that is gone', async () => {
  expect(await faultIn([...order.slice(0, 3), ...payment])).toMatchObject(at('cut_off', 'order', order, 4));
  expect(await faultIn([...order, ...payment.slice(0, 1)])).toMatchObject(at('cut_off', 'payment', payment, 2));
  expect(await faultIn(order)).toMatchObject(at('removed', 'payment', payment, 1));
  expect(await faultIn([])).toMatchObject(at('removed', 'order', order, 1));
});

test('a chain that is torn into two is found', async () => {
  const torn = [...order.slice(0, 2), ...payment, ...order.slice(2)];
  expect(await faultIn(torn)).not.toBeNull();
});

test('of several faults the first is named', async () => {
  const lines = [...order.with(3, edited(order[3] ?? '')), ...payment.toSpliced(1, 1)];
  expect(await faultIn(lines)).toMatchObject(at('changed', 'order', order, 4));
});

test('a record after the last checkpoint is found changed by the one that follows it', async () => {
  const longer = chainOf('payment', 3, payment);
  expect(await faultIn([...order, ...longer.with(5, edited(longer[5] ?? ''))])).toMatchObject(
    at('changed', 'payment', payment, 6),
  );
  expect(await faultIn([...order, ...longer.toSpliced(6, 1)])).toMatchObject(at('removed', 'payment', payment, 7));
});
