import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecisionRecord } from '@zt/kit/audit';
import { askZt } from '../zt-command.ts';
import type { Attempt, Evidence } from './attempt.ts';
import type { World } from './world.ts';

const expectedHops = [
  '/gateway/PlaceOrder',
  '/order.v1.OrderService/PlaceOrder',
  '/inventory.v1.InventoryService/ReserveStock',
  '/payment.v1.PaymentService/AuthorizePayment',
  '/payment.v1.PaymentService/CapturePayment',
  '/inventory.v1.InventoryService/CommitReservation',
];

const facts = { from: 'operator', to: 'audit', method: 'zt ledger verify' };

/** One export for all that is done to copies of it. */
const exports = new WeakMap<World, Promise<readonly string[]>>();

function exportOf(world: World): Promise<readonly string[]> {
  const known = exports.get(world) ?? exportLedger(world);
  exports.set(world, known);
  return known;
}

/** The lines of the stack's own ledger, in which there is an order at least. */
async function exportLedger(world: World): Promise<readonly string[]> {
  await world.placedOrder();
  return await withFile(async (file) => {
    const { ok, output } = await askZt('ledger', 'export', file, '--name', world.stack.name);
    if (!ok) throw new Error(`zt ledger export says ${output}`);
    return (await readFile(file, 'utf8')).split('\n');
  });
}

/** What `zt ledger verify` says of the stack's own ledger after something was done to the export. */
async function verifyAfter(world: World, tamper: (lines: readonly string[]) => readonly string[]): Promise<Evidence> {
  const lines = tamper(await exportOf(world));
  const { ok, output } = await withFile(async (file) => {
    await writeFile(file, lines.join('\n'));
    return await askZt('ledger', 'verify', file, '--name', world.stack.name);
  });
  const reason = /was (changed|removed|moved|cut off)/.exec(output)?.[1];
  return {
    code: ok ? 'OK' : 'exit code 1',
    reasons: reason === undefined ? [] : [reason],
    message: output.trim(),
    recordedBy: "the ledger's export",
  };
}

async function withFile<Result>(work: (file: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-export-'));
  try {
    return await work(join(directory, 'ledger'));
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The place of the second record that is signed: the first lines are the head and the checkpoints. */
const secondRecord = (lines: readonly string[]): number => lines.findIndex((line) => line.includes('"sequence":2,'));

function tampered(
  what: string,
  fault: string,
  reason: string,
  tamper: (lines: string[], at: number) => string[],
): Attempt {
  return {
    ...facts,
    id: `ledger/${what.replaceAll(' ', '-')}`,
    title: `Somebody has ${fault} a record of an exported ledger`,
    fault: `a record was ${reason}`,
    expected: { code: 'exit code 1', reasons: [reason] },
    run: (world) => verifyAfter(world, (lines) => tamper([...lines], secondRecord(lines))),
  };
}

const intact: Attempt = {
  ...facts,
  id: 'ledger/intact',
  title: 'The ledger is exported and verified offline',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  run: (world) => verifyAfter(world, (lines) => lines),
};

const trace: Attempt = {
  ...facts,
  id: 'ledger/trace',
  title: 'Every hop of an order is found in the ledger by the id of the order',
  method: 'zt trace',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  async run(world) {
    const { orderId } = (await world.placedOrder()).body;
    const { output, ok } = await askZt('trace', String(orderId), '--json', '--name', world.stack.name);
    const found = (JSON.parse(ok ? output : '[]') as DecisionRecord[]).map(({ method }) => method);
    const missing = expectedHops.filter((method) => !found.includes(method));
    return {
      code: missing.length === 0 ? 'OK' : `without ${missing.join(', ')}`,
      reasons: [],
      message: `${found.length} records`,
      recordedBy: ok ? 'the ledger' : null,
    };
  },
};

/** The ledger has every decision, and whoever touches an export of it is found out. */
export const ledgerPaths: readonly Attempt[] = [
  trace,
  intact,
  tampered('changed', 'changed', 'changed', (lines, at) =>
    lines.with(at, (lines[at] ?? '').replace('"kind":"call"', '"kind":"none"')),
  ),
  tampered('removed', 'removed', 'removed', (lines, at) => lines.toSpliced(at, 1)),
  tampered('moved', 'moved', 'moved', (lines, at) => lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? '')),
  // Not the last ones: what came after the last checkpoint is vouched for by nobody yet.
  tampered('cut off', 'cut off', 'cut off', (lines, at) => lines.slice(0, at + 1)),
];
