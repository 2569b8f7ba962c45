import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  firstStep,
  isForUser,
  nextMove,
  notAllowed,
  notFinishedInTime,
  type OrderState,
  type Outcome,
  type Step,
  withoutUser,
} from './order-progress.ts';

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Outcome>({ kind: 'done' }) },
  fc.constant<Outcome>({ kind: 'refused', because: 'sold out' }),
  fc.constant<Outcome>({ kind: 'denied' }),
  fc.constant<Outcome>({ kind: 'unverified' }),
  fc.constant<Outcome>({ kind: 'unanswered' }),
);

const begins = fc.constantFrom<OrderState>({ kind: 'pending' }, { kind: 'cancelling' });

/** Walks until the order is finished or the outcomes are used up; a stop begins again where the state says. */
function walk(results: readonly Outcome[], begin: OrderState = { kind: 'pending' }) {
  const states: OrderState[] = [begin];
  const done: Step[] = [];
  let state = begin;
  let step = firstStep(state);
  for (const outcome of results) {
    if (step === null) break;
    if (outcome.kind === 'done') done.push(step);
    const move = nextMove(state, step, outcome);
    if (move.kind === 'state') {
      state = move.state;
      states.push(state);
    }
    step = move.kind === 'step' ? move.step : firstStep(state);
  }
  return { states, done };
}

const kinds = (states: readonly OrderState[]) => states.map((state) => state.kind);
const done: Outcome = { kind: 'done' };
const refused: Outcome = { kind: 'refused', because: 'sold out' };

test('an order for which everything is done goes through reserve, authorize, capture and commit', () => {
  const walked = walk(Array.from({ length: 9 }, () => done));
  expect(walked.done).toEqual(['reserve', 'authorize', 'capture', 'commit']);
  expect(kinds(walked.states)).toEqual(['pending', 'capturing', 'confirmed']);
});

test('an order that is refused gives back the stock and what is held before it is rejected, with the reason', () => {
  const walked = walk([done, refused, done, done]);
  expect(walked.done).toEqual(['reserve', 'release', 'void']);
  expect(walked.states.at(-1)).toEqual({ kind: 'rejected', because: 'sold out' });
});

test('an order whose goods are gone after it was paid is rejected once the money is back', () => {
  const walked = walk([done, done, done, refused, done, refused, done]);
  expect(walked.done).toEqual(['reserve', 'authorize', 'capture', 'release', 'refund']);
  expect(kinds(walked.states)).toEqual(['pending', 'capturing', 'rejecting', 'rejected']);
});

test('an order that is cancelled gives back the money first, taken or held, and then the goods', () => {
  expect(walk([refused, done, done], { kind: 'cancelling' }).done).toEqual(['refund', 'release']);
  expect(walk([done, done], { kind: 'cancelling' }).done).toEqual(['void', 'release']);
  expect(walk([done, done], { kind: 'cancelling' }).states.at(-1)).toEqual({ kind: 'cancelled' });
});

test('an order that policy denies is rejected without telling which policy', () => {
  const walked = walk([{ kind: 'denied' }, done, done]);
  expect(walked.states.at(-1)).toEqual({ kind: 'rejected', because: notAllowed });
});

test('a denied capture rejects nothing: an earlier one may have taken the money', () => {
  const move = nextMove({ kind: 'capturing' }, 'capture', { kind: 'denied' });
  expect(move).toEqual({ kind: 'stop' });
});

test('without its user an order that nothing was decided for is rejected, and every other goes on as it is', () => {
  expect(withoutUser({ kind: 'pending' })).toEqual({ kind: 'rejecting', because: notFinishedInTime });
  for (const kind of ['capturing', 'cancelling', 'confirmed', 'cancelled'] as const) {
    expect(withoutUser({ kind })).toEqual({ kind });
    const step = firstStep({ kind });
    expect(step !== null && isForUser(step)).toBe(false);
  }
});

test('whatever happens: confirmed means paid and committed, everything else means released and not paid in the end', () => {
  fc.assert(
    fc.property(begins, fc.array(outcomes, { minLength: 1, maxLength: 40 }), (begin, results) => {
      const { states, done: steps } = walk(results, begin);
      const last = states.at(-1)?.kind;
      if (last === 'confirmed') {
        expect(steps.slice(-2)).toEqual(['capture', 'commit']);
        expect(steps).not.toContain('release');
      }
      if (last === 'rejected' || last === 'cancelled') {
        expect(steps.slice(-2)).toContain('release');
        expect(steps.slice(-2).some((step) => step === 'void' || step === 'refund')).toBe(true);
        expect(steps.lastIndexOf('commit')).toBeLessThan(steps.lastIndexOf('release'));
      }
      // Money is taken only after it was written down that it may be.
      if (steps.includes('capture')) expect(kinds(states)).toContain('capturing');
    }),
    { numRuns: 2000 },
  );
});

test('an order never goes back, and a finished one never changes', () => {
  const rank = {
    pending: 0,
    capturing: 1,
    rejecting: 2,
    cancelling: 2,
    confirmed: 3,
    rejected: 3,
    cancelled: 3,
  } as const;
  fc.assert(
    fc.property(begins, fc.array(outcomes, { minLength: 1, maxLength: 40 }), (begin, results) => {
      const ranks = walk(results, begin).states.map((state) => rank[state.kind]);
      for (const [at, each] of ranks.entries()) expect(each).toBeGreaterThan(at === 0 ? -1 : (ranks[at - 1] ?? 0));
    }),
    { numRuns: 2000 },
  );
});
