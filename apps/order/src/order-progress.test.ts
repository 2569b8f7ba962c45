import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstStep, nextMove, notAllowed, type OrderState, type Outcome, type Step } from './order-progress.ts';

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Outcome>({ kind: 'done' }) },
  fc.constant<Outcome>({ kind: 'refused', because: 'sold out' }),
  fc.constant<Outcome>({ kind: 'denied' }),
  fc.constant<Outcome>({ kind: 'unverified' }),
  fc.constant<Outcome>({ kind: 'unanswered' }),
);

/** Walks until the order is finished or the outcomes are used up; a stop begins again where the state says. */
function walk(results: readonly Outcome[]): { readonly states: OrderState[]; readonly done: Step[] } {
  const states: OrderState[] = [{ kind: 'pending' }];
  const done: Step[] = [];
  let step: Step | null = 'reserve';
  for (const outcome of results) {
    const state = states.at(-1) ?? { kind: 'pending' };
    if (step === null) break;
    if (outcome.kind === 'done') done.push(step);
    const move = nextMove(state, step, outcome);
    if (move.kind === 'state') states.push(move.state);
    const next: OrderState = move.kind === 'state' ? move.state : state;
    step = move.kind === 'step' ? move.step : firstStep(next);
  }
  return { states, done };
}

test('an order for which everything is done goes through reserve, authorize, capture and commit', () => {
  const { states, done } = walk(Array.from({ length: 9 }, () => ({ kind: 'done' }) as const));
  expect(done).toEqual(['reserve', 'authorize', 'capture', 'commit']);
  expect(states.map((state) => state.kind)).toEqual(['pending', 'capturing', 'confirmed']);
});

test('an order that is refused gives the stock back before it is rejected, with the reason', () => {
  const { states, done } = walk([{ kind: 'done' }, { kind: 'refused', because: 'sold out' }, { kind: 'done' }]);
  expect(done).toEqual(['reserve', 'release']);
  expect(states.at(-1)).toEqual({ kind: 'rejected', because: 'sold out' });
});

test('an order that policy denies is rejected without telling which policy', () => {
  expect(walk([{ kind: 'denied' }, { kind: 'done' }]).states.at(-1)).toEqual({ kind: 'rejected', because: notAllowed });
});

test('a denied capture rejects nothing: an earlier one may have taken the money', () => {
  const move = nextMove({ kind: 'capturing' }, 'capture', { kind: 'denied' });
  expect(move).toEqual({ kind: 'stop', why: 'not_allowed' });
});

test('whatever happens: confirmed means paid and committed, rejected means released and never paid', () => {
  fc.assert(
    fc.property(fc.array(outcomes, { minLength: 1, maxLength: 30 }), (results) => {
      const { states, done } = walk(results);
      const last = states.at(-1)?.kind;
      if (last === 'confirmed') {
        expect(done).toEqual(expect.arrayContaining(['reserve', 'authorize', 'capture', 'commit']));
        expect(done).not.toContain('release');
      }
      if (last === 'rejected') {
        expect(done).toContain('release');
        expect(done).not.toContain('commit');
      }
      // Money is taken only after it was written down that it may be.
      if (done.includes('capture')) expect(states.map((state) => state.kind)).toContain('capturing');
    }),
    { numRuns: 2000 },
  );
});

test('an order never goes back, and a finished one never changes', () => {
  const rank = { pending: 0, capturing: 1, rejecting: 2, confirmed: 3, rejected: 3 } as const;
  fc.assert(
    fc.property(fc.array(outcomes, { minLength: 1, maxLength: 30 }), (results) => {
      const ranks = walk(results).states.map((state) => rank[state.kind]);
      for (const [at, each] of ranks.entries()) expect(each).toBeGreaterThan(at === 0 ? -1 : (ranks[at - 1] ?? 0));
    }),
    { numRuns: 2000 },
  );
});
