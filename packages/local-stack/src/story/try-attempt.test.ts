import { type Attempt, attempts, type Evidence, type World } from '@zt/e2e/attempts';
import { stackKinds } from '@zt/e2e/stack-kind';
import { expect, test } from 'vitest';
import { storyRefusals } from './story-refusals.ts';
import { tryAttempt } from './try-attempt.ts';

const refused: Evidence = { code: '403', message: 'no', reasons: ['user_blocked'], recordedBy: 'gateway, decision 1' };
const world = {} as World;

function attemptThat(run: Attempt['run']): Attempt {
  const expected = { code: '403', reasons: ['user_blocked'] };
  return { id: 'x', title: 'x', from: 'x', to: 'gateway', method: 'x', fault: 'x', expected, run };
}

test('Refused and recorded as expected is what has to come', async () => {
  const attempt = attemptThat(async () => refused);
  expect(await tryAttempt(attempt, world)).toEqual({ kind: 'refused_as_expected', evidence: refused });
});

test.each([
  ['another answer', { ...refused, code: '201' }],
  ['another reason', { ...refused, reasons: ['token_expired'] }],
  ['no record', { ...refused, recordedBy: null }],
])('%s is not as expected', async (_what, evidence) => {
  expect(
    (
      await tryAttempt(
        attemptThat(async () => evidence),
        world,
      )
    ).kind,
  ).toBe('not_as_expected');
});

test('An attempt that throws is an outcome as well', async () => {
  const attempt = attemptThat(async () => {
    throw new Error('the probe failed');
  });
  expect(await tryAttempt(attempt, world)).toEqual({ kind: 'error', message: 'the probe failed' });
});

test.each(stackKinds.flatMap(storyRefusals))(
  'The story knows what it tells: $id is driven end to end, and is refused',
  ({ id }) => {
    const attempt = attempts.find((known) => known.id === id);
    expect(attempt?.expected.reasons.length).toBeGreaterThan(0);
    expect(attempt?.expected.code).not.toBe('OK');
  },
);
