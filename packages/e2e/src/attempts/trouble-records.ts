import { setTimeout as sleep } from 'node:timers/promises';
import { operatorAccessOf, withOperatorClient } from '../operator-client.ts';
import type { Ground, Seen, Trial } from './trouble-trial.ts';

const arriveMs = 30_000;
const lookMs = 500;

/** Throws where the ledger does not get what was recorded of an order while it was away. */
async function recordsArrived({ world }: Ground, { answers, failedAt, mendedAt }: Seen): Promise<void> {
  const placed = answers.find(({ told, at }) => told !== null && at > failedAt && at < mendedAt);
  if (placed === undefined) throw new Error('no order was placed meanwhile');
  const recorded = (await world.ledger.trace(placed.traceId)).length;
  const end = Date.now() + arriveMs;
  while (true) {
    const arrived = await withOperatorClient(operatorAccessOf(world.stack), 'audit', async (client) => {
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::int from decisions where trace_id = $1',
        [placed.traceId],
      );
      return rows[0]?.count ?? 0;
    });
    if (recorded > 0 && arrived >= recorded) return;
    if (Date.now() > end) throw new Error(`${arrived} of ${recorded} records of an order arrived`);
    await sleep(lookMs);
  }
}

/** Where decisions are kept. */
export const troublesOfRecords: readonly Trial[] = [
  {
    id: 'trouble/audit-gone',
    title: 'The ledger is gone: records wait in their spools, and arrive when it is back',
    fail: ({ control }: Ground) => control.hold('audit'),
    mend: ({ control }: Ground) => control.release('audit'),
  },
  {
    id: 'trouble/audit-hangs',
    title: 'The ledger answers nothing: the same',
    fail: ({ signal }: Ground) => signal('audit', 'SIGSTOP'),
    mend: ({ signal }: Ground) => signal('audit', 'SIGCONT'),
  },
].map((trial) => ({
  ...trial,
  part: 'audit',
  expected: { code: 'OK', reasons: [] },
  longestMs: 10_000,
  check: recordsArrived,
}));
