import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type ChainedRecord, type ChainLink, chainStart, hashOfLine, lineOf, readSpool } from '@zt/kit/audit';
import { madeUpRecord } from '@zt/kit/testing';
import type { Attempt } from './attempt.ts';
import { evidenceOf } from './evidence.ts';
import type { World } from './world.ts';

const method = '/audit.v1.AuditService/RecordDecisions';

interface ForgedRecord {
  readonly id: string;
  readonly title: string;
  readonly fault: string;
  readonly reason: string;
  /** Whose decision it pretends to be. */
  readonly of: 'order' | 'payment';
  /** Its place, given the last record of order's own chain. */
  readonly link: (last: ChainLink) => ChainLink;
}

const forged: readonly ForgedRecord[] = [
  {
    id: 'ledger/record-of-another',
    title: 'order hands in a decision that payment is to have taken',
    fault: "another service's record",
    reason: 'record_of_another',
    of: 'payment',
    link: () => ({ spool: randomUUID(), sequence: 1, previous: chainStart }),
  },
  {
    id: 'ledger/record-rewritten',
    title: 'order says something else of a decision that the ledger has',
    fault: 'a record of the same number',
    reason: 'record_chain_broken',
    of: 'order',
    link: ({ spool }) => ({ spool, sequence: 1, previous: chainStart }),
  },
  {
    id: 'ledger/record-left-out',
    title: 'order leaves decisions out of its chain',
    fault: 'a gap in the chain',
    reason: 'record_chain_broken',
    of: 'order',
    link: ({ spool, sequence }) => ({ spool, sequence: sequence + 1_000, previous: 'a'.repeat(64) }),
  },
];

async function lastLinkOf(world: World): Promise<ChainLink> {
  await world.placedOrder();
  const records = await readSpool(join(world.stack.spoolDirectory, 'order'), 'order');
  const last = records.at(-1) as ChainedRecord | undefined;
  if (last === undefined) throw new Error('order has recorded nothing yet');
  return last.chain;
}

function refusedRecord({ id, title, fault, reason, of, link }: ForgedRecord): Attempt {
  return {
    id,
    title,
    from: 'order',
    to: 'audit',
    method,
    fault,
    expected: { code: 'PERMISSION_DENIED', reasons: [reason] },
    async run(world) {
      const place = link(await lastLinkOf(world));
      const line = lineOf(madeUpRecord({ service: world.spiffeId(of), decisionId: randomUUID() }), place);
      const call = {
        kind: 'call' as const,
        method,
        address: world.stack.addresses.audit,
        server: world.spiffeId('audit'),
        token: null,
      };
      const [handed, asked] = await world.runAs('order', [
        {
          ...call,
          request: { spoolId: place.spool, firstSequence: place.sequence, records: [Buffer.from(line)] },
        },
        { ...call, request: { spoolId: place.spool } },
      ]);
      if (handed === undefined || asked === undefined) throw new Error('the probe gave too few results');
      if (asked.code !== 'OK' || asked.got.keptHash === hashOfLine(line)) throw new Error('the ledger kept the record');
      const record = await world.ledger.find('audit', ({ decisionId }) => decisionId === handed.decisionId);
      return evidenceOf(handed, 'audit', record);
    },
  };
}

/** A service writes its own chain and no other, and never again what it has written. */
export const refusedRecords: readonly Attempt[] = forged.map(refusedRecord);
