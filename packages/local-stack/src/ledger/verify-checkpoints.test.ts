import { createTestCertificateAuthority, idOf } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { textOfExport } from './ledger-export.ts';
import { spellFault } from './ledger-fault.ts';
import {
  authority,
  checkpoint,
  checkpoints,
  exportOf,
  headsOf,
  order,
  payment,
  signer,
  trust,
} from './testing/made-up-ledger.ts';
import { verifyLedger } from './verify-ledger.ts';

const [first, second] = checkpoints;
const heads = headsOf(order, payment);
const verify = (statements: readonly string[]) =>
  verifyLedger(textOfExport(exportOf({ checkpoints: statements })), trust);
const stranger = await createTestCertificateAuthority('zt.example');

function withOtherPayload(statement: string): string {
  const [header, payload = '', signature] = statement.split('.');
  const text = Buffer.from(payload, 'base64url').toString().replace('"sequence":5', '"sequence":4');
  return [header, Buffer.from(text).toString('base64url'), signature].join('.');
}

test.each<[string, () => Promise<readonly string[]>, number, string]>([
  ['was changed', async () => [first, withOtherPayload(second)], 2, 'signature verification failed'],
  ['is no checkpoint', async () => [first, 'x'], 2, ''],
  ['is missing', async () => [second], 1, 'checkpoint 2 stands in its place'],
  ['changed places', async () => [second, first], 1, 'checkpoint 2 stands in its place'],
  ['follows another', async () => [first, await checkpoint(2, second, heads)], 2, 'does not follow'],
  ['follows one, as the first', async () => [await checkpoint(1, second, heads)], 1, 'does not follow'],
  ['forgets a chain', async () => [first, await checkpoint(2, first, headsOf(order))], 2, 'fewer records'],
  ['forgets records', async () => [first, await checkpoint(2, first, headsOf(order, payment.slice(0, 2)))], 2, 'fewer'],
  ['has another shape', async () => [await checkpoint(1, null, [{ writer: 1 }])], 1, 'cannot be read'],
  ['is a signature for something else', async () => [await checkpoint(1, null, heads, { typ: 'JWT' })], 1, 'no signed'],
  [
    'is signed by another workload',
    async () => [await checkpoint(1, null, heads, { svid: await authority.issueSvid({ spiffeId: idOf('order') }) })],
    1,
    'signed by',
  ],
  [
    'is signed by another workload, long ago',
    async () => {
      const forged = await checkpoint(1, null, heads, {
        svid: await authority.issueSvid({ spiffeId: idOf('order') }),
      });
      return [forged, await checkpoint(2, forged, heads)];
    },
    1,
    'signed by',
  ],
  [
    'is signed under another authority',
    async () => [first, await checkpoint(2, first, heads, { svid: await stranger.issueSvid({ spiffeId: signer }) })],
    2,
    'no authority',
  ],
  [
    'was signed when its certificate had ended',
    async () => [first, await checkpoint(2, first, heads, { time: new Date(Date.now() + 86_400_000).toISOString() })],
    2,
    'not valid then',
  ],
])('a checkpoint that %s is named', async (_what, statements, number, detail) => {
  const verdict = await verify(await statements());
  expect(verdict).toMatchObject({
    kind: 'faulty',
    fault: { kind: 'checkpoint', number, detail: expect.stringContaining(detail) },
  });
  if (verdict.kind === 'faulty') expect(spellFault(verdict.fault)).toContain(`checkpoint ${number}: `);
});

test('authorities of long ago are not needed: the last checkpoint vouches for those before it', async () => {
  const old = await checkpoint(1, null, headsOf(order), { svid: await stranger.issueSvid({ spiffeId: signer }) });
  expect(await verify([old, await checkpoint(2, old, heads)])).toMatchObject({ kind: 'intact' });
});

test('where the last checkpoint was taken away its records count as not signed, and the time of the last one is told', async () => {
  const verdict = await verify([first]);
  expect(verdict).toMatchObject({ kind: 'intact', checkpoints: 1, unsigned: 4 });
});

test('a ledger in which nothing is signed is not intact', async () => {
  expect(await verify([])).toMatchObject({ kind: 'faulty', fault: { kind: 'file' } });
});

test('a file that ends anywhere but at its end is found to be cut off', async () => {
  const text = textOfExport(exportOf());
  const ends = Array.from({ length: 40 }, (_, index) => Math.floor((text.length * (index + 1)) / 41));
  for (const end of [...ends, text.length - 1]) {
    const cut = text.slice(0, end);
    if (!cut.includes('\n')) continue;
    expect((await verifyLedger(cut, trust)).kind, `after ${end} bytes`).toBe('faulty');
  }
  expect(await verifyLedger(text.slice(0, -500), trust)).toMatchObject({ fault: { kind: 'cut_off', sequence: 5 } });
});

test.each(['', 'x', '{}\n', '{"ledger":2}\n'])('%j is no export', async (text) => {
  await expect(verifyLedger(text, trust)).rejects.toThrow('no export');
});

test('a fault of a record is told with its place', () => {
  const place = { writer: idOf('order'), spool: 's', sequence: 7, detail: 'so' } as const;
  expect(spellFault({ kind: 'cut_off', ...place })).toBe(`record 7 of ${idOf('order')} (spool s) was cut off: so`);
  expect(spellFault({ kind: 'moved', ...place })).toContain('was moved');
  expect(spellFault({ kind: 'file', detail: 'cut' })).toBe('cut');
});
