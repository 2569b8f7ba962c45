import { beforeEach, expect, test, vi } from 'vitest';
import { faults } from './faults.ts';
import { createFaultsInForce, type FaultsInForce } from './faults-in-force.ts';
import { createRecordedStack, type RecordedStack } from './testing/recorded-stack.ts';

let stack: RecordedStack;
let inForce: FaultsInForce;
let reports: string[];

beforeEach(() => {
  reports = [];
  open('embedded');
});

function open(kind: 'embedded' | 'native'): void {
  stack = createRecordedStack(kind);
  inForce = createFaultsInForce(stack, (message) => reports.push(message));
}

const deeds = [
  [{ fault: 'expire-svid', workload: 'order' }, ['issueShortLived order 5'], ['mend order']],
  [{ fault: 'rotate-svid' }, ['rotate'], []],
  [{ fault: 'rotate-svid', workload: 'order' }, ['rotate order'], []],
  [{ fault: 'roll-ca' }, ['rollAuthority revoke'], []],
  [{ fault: 'taint-ca' }, ['rollAuthority taint'], ['revokeTainted']],
  [{ fault: 'withdraw', workload: 'order' }, ['withdraw order'], ['registerAgain order']],
  [{ fault: 'hang-stream', workload: 'order' }, ['hang order'], ['mend order']],
  [{ fault: 'half-message' }, ['halfAMessage'], ['mend']],
  [{ fault: 'slow-workload-api', amount: 7 }, ['answerSlowly 7'], ['mend']],
  [{ fault: 'stop-workload-api' }, ['hold workload-api'], ['release workload-api']],
  [{ fault: 'skew-clock', amount: -300 }, ['skewClock -300000', 'rotate'], ['skewClock 0', 'rotate']],
  [{ fault: 'seal-vault' }, ['sealVault true'], ['sealVault false']],
  [{ fault: 'slow-vault' }, ['vault answerSlowly 2000'], ['vault mend']],
  [{ fault: 'stop-vault' }, ['hold vault'], ['release vault']],
  [{ fault: 'revoke-leases', workload: 'order' }, ['revokeLeases order'], []],
  [{ fault: 'kill-postgres' }, ['hold postgres', 'release postgres'], []],
  [{ fault: 'kill-postgres', forSeconds: 600 }, ['hold postgres'], ['release postgres']],
] as const;

test.each(deeds)('%j does what it says, and is undone', async (request, begun, mended) => {
  await inForce.begin(request);
  expect(stack.calls).toEqual(begun);
  expect(inForce.list()).toHaveLength(mended.length === 0 ? 0 : 1);
  await inForce.mend();
  expect(stack.calls).toEqual([...begun, ...mended]);
  expect(inForce.list()).toEqual([]);
});

test('every fault of the table is tried above', () => {
  const tried = new Set<string>(deeds.map(([{ fault }]) => fault));
  expect(faults.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
});

test('a fault for some seconds mends itself, and the stack is told of both', async () => {
  const { until } = await inForce.begin({ fault: 'hang-stream', workload: 'order', forSeconds: 1 });
  expect(Date.parse(until ?? '')).toBeGreaterThan(Date.now());
  await vi.waitUntil(() => inForce.list().length === 0, { timeout: 10_000 });
  expect(stack.calls).toEqual(['hang order', 'mend order']);
  expect(reports).toEqual([
    expect.stringMatching(/^fault hang-stream order: .*, for 1 s$/),
    'fault hang-stream order: mended',
  ]);
});

test('the same fault again lasts as long as was said last', async () => {
  await inForce.begin({ fault: 'stop-vault', forSeconds: 1 });
  await inForce.begin({ fault: 'stop-vault' });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(inForce.list()).toEqual([{ fault: 'stop-vault', workload: null, until: null }]);
});

test('what cannot be mended stays in force, and the others are mended', async () => {
  await inForce.begin({ fault: 'seal-vault' });
  await inForce.begin({ fault: 'stop-workload-api' });
  stack.sealVault = () => Promise.reject(new Error('no key'));
  await expect(inForce.mend()).rejects.toThrow('fault seal-vault could not be mended: no key');
  expect(inForce.list()).toEqual([{ fault: 'seal-vault', workload: null, until: null }]);
  await inForce.close();
});

test('what could not be broken is not in force', async () => {
  stack.rollAuthority = () => Promise.reject(new Error('a roll is under way'));
  await expect(inForce.begin({ fault: 'taint-ca' })).rejects.toThrow('a roll is under way');
  expect([inForce.list(), reports]).toEqual([[], []]);
});

test('what was half broken when it failed is mended, where that can be', async () => {
  stack.rollAuthority = async (last) => {
    stack.calls.push(`rollAuthority ${last}`);
    throw new Error('not within 90 s');
  };
  await expect(inForce.begin({ fault: 'taint-ca' })).rejects.toThrow('not within 90 s');
  expect(stack.calls).toEqual(['rollAuthority taint', 'revokeTainted']);
  stack.revokeTainted = () => Promise.reject(new Error('revoke is out of order'));
  await expect(inForce.begin({ fault: 'taint-ca' })).rejects.toThrow('not within 90 s');
  expect(inForce.list()).toEqual([]);
});

test('what is in force stays so where the same cannot be begun again', async () => {
  await inForce.begin({ fault: 'stop-vault' });
  stack.hold = () => {
    throw new Error('vault does not run');
  };
  await expect(inForce.begin({ fault: 'stop-vault' })).rejects.toThrow('vault does not run');
  expect(stack.calls).toEqual(['hold vault']);
  expect(inForce.list()).toHaveLength(1);
});

test('what is mended along with another is not in force any more', async () => {
  await inForce.begin({ fault: 'hang-stream', workload: 'order' });
  await inForce.begin({ fault: 'half-message', workload: 'gateway' });
  await inForce.begin({ fault: 'seal-vault' });
  await inForce.begin({ fault: 'slow-workload-api', workload: 'order', forSeconds: 1 });
  await vi.waitUntil(() => stack.calls.includes('mend order'), { timeout: 10_000 });
  await vi.waitUntil(() => inForce.list().length === 2, { timeout: 10_000 });
  expect(inForce.list().map(({ fault }) => fault)).toEqual(['half-message', 'seal-vault']);
  await inForce.begin({ fault: 'hang-stream', forSeconds: 1 });
  await vi.waitUntil(() => inForce.list().length === 1, { timeout: 10_000 });
  expect(inForce.list().map(({ fault }) => fault)).toEqual(['seal-vault']);
});

test('a workload that there is not is told which there are', async () => {
  await expect(inForce.begin({ fault: 'withdraw', workload: 'shipping' })).rejects.toThrow(
    'there is no workload shipping: there are gateway, order',
  );
  expect(stack.calls).toEqual([]);
});

test('a native stack has the faults that real programs have, and says of the others what they need', async () => {
  open('native');
  for (const [request] of deeds) {
    const { stack: kind } = faults.find(({ name }) => name === request.fault) ?? expect.fail('no such fault');
    const begun = inForce.begin(request);
    if (kind === 'any') await begun;
    else await expect(begun).rejects.toThrow(`${request.fault} needs a stack started with --stack embedded`);
  }
  expect(stack.calls.map((call) => call.split(' ')[0])).toEqual(
    expect.arrayContaining(['rollAuthority', 'sealVault', 'hold', 'release']),
  );
});
