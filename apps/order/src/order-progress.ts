/**
 * How far an order is. It is written down before the first step of a state is taken, so that whoever carries the order
 * on later knows what may have happened: from `capturing` on money may have been taken. From `rejecting` and
 * `cancelling` there is no way back, and nothing is left but giving back what there may be: the stock, set aside or gone,
 * and the money, held or taken.
 */
export type OrderState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'capturing' }
  | { readonly kind: 'rejecting'; readonly because: string }
  | { readonly kind: 'cancelling' }
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'rejected'; readonly because: string }
  | { readonly kind: 'cancelled' };

/** A call of another service. Each can be repeated without a further effect. */
export type Step = 'reserve' | 'authorize' | 'capture' | 'commit' | 'release' | 'void' | 'refund';

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
  /** The order stays as it is until somebody carries it on. */
  | { readonly kind: 'stop' };

/** The public reason of an order that a policy on its way refused. */
export const notAllowed = 'The order was not allowed.';

/** The public reason of an order that was left alone before anything was decided. */
export const notFinishedInTime = 'The order was not finished in time.';

/** Where to begin in this state; null where nothing is left to do. */
export function firstStep(state: OrderState): Step | null {
  switch (state.kind) {
    case 'pending':
      return 'reserve';
    case 'capturing':
      return 'capture';
    case 'rejecting':
      return 'release';
    case 'cancelling':
      return 'void';
    case 'confirmed':
    case 'rejected':
    case 'cancelled':
      return null;
  }
}

/**
 * Whether a step needs the user's own authority. The others end what the user began, so that the order's service may take
 * them in its own name once the user's token is gone.
 */
export function isForUser(step: Step): boolean {
  return step === 'reserve' || step === 'authorize';
}

/** How an order is carried on without its user: one for which nothing was decided yet is never charged. */
export function withoutUser(state: OrderState): OrderState {
  return state.kind === 'pending' ? { kind: 'rejecting', because: notFinishedInTime } : state;
}

/** What follows from a step's outcome. */
export function nextMove(state: OrderState, step: Step, outcome: Outcome): Move {
  switch (outcome.kind) {
    case 'done':
      return afterDone(state, step);
    case 'refused':
      return afterRefused(step, outcome.because);
    case 'denied':
      if (isForUser(step)) return { kind: 'state', state: { kind: 'rejecting', because: notAllowed } };
      return { kind: 'stop' };
    case 'unverified':
    case 'unanswered':
      return { kind: 'stop' };
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
      return state.kind === 'cancelling'
        ? { kind: 'state', state: { kind: 'cancelled' } }
        : { kind: 'step', step: 'void' };
    case 'void':
    case 'refund':
      return state.kind === 'cancelling'
        ? { kind: 'step', step: 'release' }
        : { kind: 'state', state: rejected(state) };
  }
}

function rejected(state: OrderState): OrderState {
  return { kind: 'rejected', because: state.kind === 'rejecting' ? state.because : notAllowed };
}

function afterRefused(step: Step, because: string): Move {
  switch (step) {
    case 'reserve':
    case 'authorize':
    case 'capture':
    case 'commit':
      // Also after money was taken: what is left is to give it back.
      return { kind: 'state', state: { kind: 'rejecting', because } };
    case 'void':
      // The money was taken: by this order's own capture, or by one of it that was still on its way.
      return { kind: 'step', step: 'refund' };
    case 'release':
    case 'refund':
      return { kind: 'stop' };
  }
}
