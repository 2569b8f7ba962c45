/**
 * How far an order is. It is written down before the first step of a state is taken, so that whoever carries the order
 * on later knows what may have happened: from `capturing` on money may have been taken, and from `rejecting` on
 * nothing but giving the stock back is left.
 */
export type OrderState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'capturing' }
  | { readonly kind: 'rejecting'; readonly because: string }
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'rejected'; readonly because: string };

/** A call of another service. Each can be repeated without a further effect. */
export type Step = 'reserve' | 'authorize' | 'capture' | 'commit' | 'release';

/** What came of a step. */
export type Outcome =
  | { readonly kind: 'done' }
  /** The other service's rules say no, for good. The sentence is for the user. */
  | { readonly kind: 'refused'; readonly because: string }
  /** The other service's policy says no. */
  | { readonly kind: 'denied' }
  /** The other service could not verify who calls, or for whom: another token may do. */
  | { readonly kind: 'unverified' }
  /** Nobody knows whether it happened. */
  | { readonly kind: 'unanswered' };

export type Move =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'state'; readonly state: OrderState }
  /** The order stays as it is until somebody asks for it with the same key. */
  | { readonly kind: 'stop'; readonly why: 'not_allowed' | 'unanswered' };

/** The public reason of an order that a policy on its way refused. */
export const notAllowed = 'The order was not allowed.';

/** Where to begin in this state; null where nothing is left to do. */
export function firstStep(state: OrderState): Step | null {
  switch (state.kind) {
    case 'pending':
      return 'reserve';
    case 'capturing':
      return 'capture';
    case 'rejecting':
      return 'release';
    case 'confirmed':
    case 'rejected':
      return null;
  }
}

/** What follows from a step's outcome. */
export function nextMove(state: OrderState, step: Step, outcome: Outcome): Move {
  switch (outcome.kind) {
    case 'done':
      return afterDone(state, step);
    case 'refused':
      return afterRefused(step, outcome.because);
    case 'denied':
      return afterDenied(step);
    case 'unverified':
      return { kind: 'stop', why: 'not_allowed' };
    case 'unanswered':
      return { kind: 'stop', why: 'unanswered' };
  }
}

function afterDone(state: OrderState, step: Step): Move {
  switch (step) {
    case 'reserve':
      return { kind: 'step', step: 'authorize' };
    case 'authorize':
      return { kind: 'state', state: { kind: 'capturing' } };
    case 'capture':
      return { kind: 'step', step: 'commit' };
    case 'commit':
      return { kind: 'state', state: { kind: 'confirmed' } };
    case 'release':
      return { kind: 'state', state: { kind: 'rejected', because: state.kind === 'rejecting' ? state.because : '' } };
  }
}

function afterRefused(step: Step, because: string): Move {
  switch (step) {
    case 'reserve':
    case 'authorize':
    case 'capture':
      return { kind: 'state', state: { kind: 'rejecting', because } };
    case 'commit':
    case 'release':
      // The money was taken, or the goods have left: neither can be taken back here.
      return { kind: 'stop', why: 'unanswered' };
  }
}

function afterDenied(step: Step): Move {
  switch (step) {
    case 'reserve':
    case 'authorize':
      return { kind: 'state', state: { kind: 'rejecting', because: notAllowed } };
    case 'capture':
      // A denial says nothing about an earlier capture whose answer got lost.
      return { kind: 'stop', why: 'not_allowed' };
    case 'commit':
    case 'release':
      return { kind: 'stop', why: 'not_allowed' };
  }
}
