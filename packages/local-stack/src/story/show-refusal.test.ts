import { expect, test } from 'vitest';
import { showRefusal, type TriedAttempt } from './show-refusal.ts';
import { plain } from './testing/made-up.ts';

const evidence = {
  code: 'PERMISSION_DENIED',
  message: 'The call is not allowed.',
  reasons: ['caller_not_allowed'],
  recordedBy: 'payment, decision 0b1c',
};
const tried: TriedAttempt = {
  kind: 'native',
  attempt: {
    title: 'inventory calls payment',
    to: 'payment',
    expected: { code: 'PERMISSION_DENIED', reasons: ['caller_not_allowed'] },
  },
  lesson: 'Only order may.',
  outcome: { kind: 'refused_as_expected', evidence },
};

test('A refusal says what was tried, who refused, what was told, and what is recorded where', () => {
  expect(showRefusal(4, tried, plain)).toEqual([
    '  4.  inventory calls payment',
    '      ✔ refused',
    '      lesson      Only order may.',
    '      refused by  payment',
    '      was told    PERMISSION_DENIED: The call is not allowed.',
    '      recorded    caller_not_allowed',
    '      where       spool/payment/payment.jsonl, decision 0b1c',
  ]);
});

test.each([
  ["Postgres's log", "Postgres's log: logs/postgres.log"],
  ["the SPIRE agent's log", "the SPIRE agent's log: logs/spire-agent.log"],
  ["the development Workload API's log", "the development Workload API's log: logs/workload-api.log"],
])('A refusal that is in %s is found in its file', (recordedBy, where) => {
  const outcome = { kind: 'refused_as_expected' as const, evidence: { ...evidence, recordedBy } };
  expect(showRefusal(1, { ...tried, outcome }, plain).at(-1)).toBe(`      where       ${where}`);
});

test('In containers it is found with the commands that show their logs', () => {
  const inContainers = { ...tried, kind: 'compose' } as const;
  expect(showRefusal(1, inContainers, plain).at(-1)).toContain("payment's records and the ledger, decision 0b1c");
  const outcome = { kind: 'refused_as_expected' as const, evidence: { ...evidence, recordedBy: "Postgres's log" } };
  expect(showRefusal(1, { ...inContainers, outcome }, plain).at(-1)).toContain('docker compose logs postgres');
});

test('What gRPC leaves empty is left out', () => {
  const message = 'No connection established. Resolution note: ';
  const outcome = { kind: 'refused_as_expected' as const, evidence: { ...evidence, message } };
  expect(showRefusal(1, { ...tried, outcome }, plain)).toContain(
    '      was told    PERMISSION_DENIED: No connection established.',
  );
});

test('What was not as expected is said loudly, with both sides', () => {
  const got = { code: 'OK', message: '', reasons: [], recordedBy: null };
  expect(showRefusal(1, { ...tried, outcome: { kind: 'not_as_expected', evidence: got } }, plain)).toEqual([
    '  1.  inventory calls payment',
    '      ✖ NOT AS EXPECTED',
    '      expected    PERMISSION_DENIED, recorded caller_not_allowed',
    '      was told    OK',
    '      recorded    no reason',
    '      where       nowhere',
  ]);
});

test('An attempt that could not be made is not a refusal', () => {
  const lines = showRefusal(1, { ...tried, outcome: { kind: 'error', message: 'the probe failed' } }, plain);
  expect(lines).toContain('      ✖ NOT AS EXPECTED');
  expect(lines.at(-1)).toBe('      trouble     it could not be tried: the probe failed');
});
