import type { DecisionRecord } from '@zt/kit/audit';
import { madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import type { Attempt } from '../attempts/attempt.ts';
import type { World } from '../attempts/world.ts';
import type { Job, JobResult } from '../probe/job.ts';
import { runAttempts } from '../run-attempts.ts';
import { matrixPaths } from './matrix-attempts.ts';

const ids = [
  'edge/inventory-payment/VoidPayment',
  'edge/inventory-payment/CapturePayment',
  'edge/audit-payment/VoidPayment',
];
const chosen = ids.map((id) => matrixPaths.find((path) => path.id === id) ?? expect.fail(`there is no ${id}`));

/** A world whose services refuse whatever they are asked, and write that down. */
function refusing() {
  const asked: { readonly as: string; readonly jobs: readonly Job[] }[] = [];
  const records: DecisionRecord[] = [];
  const spiffeId = (name: string) => `id of ${name}`;
  const world = {
    stack: { addresses: { payment: 'payment:1' } },
    spiffeId,
    ledger: { since: async () => records, find: async () => null, trace: async () => [] },
    async runAs(as: string, jobs: readonly Job[]): Promise<JobResult[]> {
      asked.push({ as, jobs });
      return jobs.map((job) => {
        if (job.kind !== 'call') return expect.fail('this is no call');
        const traceId = String(job.traceparent).split('-')[1] ?? '';
        const reasons = ['caller_not_allowed', 'token_missing'] as const;
        records.push(madeUpRecord({ traceId, service: job.server, method: job.method, allowed: false, reasons }));
        return { code: 'PERMISSION_DENIED', message: '', decisionId: null, got: {} };
      });
    },
  };
  return { asked, world: world as unknown as World };
}

async function verdicts(attempts: readonly Attempt[], world: World): Promise<string[]> {
  return (await runAttempts(attempts, world, () => {})).map(({ id, actual }) => `${id} ${actual}`);
}

test('each caller makes all of its chosen calls at once, and none that was not chosen', async () => {
  const { asked, world } = refusing();
  expect(await verdicts(chosen, world)).toEqual(
    ids.map((id) => `${id} PERMISSION_DENIED (caller_not_allowed, token_missing)`),
  );
  expect(asked.map(({ as, jobs }) => `${as} ${jobs.length}`)).toEqual(['inventory 2', 'audit 1']);
});

test('one that nobody announced is made alone', async () => {
  const { asked, world } = refusing();
  const evidence = await chosen[0]?.run(world);
  expect(evidence).toMatchObject({ code: 'PERMISSION_DENIED', recordedBy: expect.stringContaining('payment') });
  expect(asked.map(({ jobs }) => jobs.length)).toEqual([1]);
});
