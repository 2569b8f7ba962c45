/** In this order; after `revoke` the next roll may begin. */
export const rollSteps = ['prepare', 'activate', 'taint', 'revoke'] as const;
export type RollStep = (typeof rollSteps)[number];

/** Named by the step that comes next. */
type State<Authority> =
  | { readonly next: 'prepare'; readonly active: Authority }
  | { readonly next: 'activate'; readonly active: Authority; readonly prepared: Authority }
  | { readonly next: 'taint'; readonly active: Authority; readonly old: Authority }
  | { readonly next: 'revoke'; readonly active: Authority; readonly old: Authority };

/** An authority that is replaced in four steps, so that what it signed is trusted until nobody needs it. */
export interface AuthorityRoll<Authority> {
  next(): RollStep;
  active(): Authority;
  /** The active one first. */
  trusted(): readonly Authority[];
  /** Again before `activate`: in place of the one that was prepared, so that a roll that was given up does not stand in the way. */
  prepare(make: () => Promise<Authority>): Promise<Authority>;
  activate(): Authority;
  taint(): Authority;
  revoke(): Authority;
}

export function createAuthorityRoll<Authority>(first: Authority): AuthorityRoll<Authority> {
  let state: State<Authority> = { next: 'prepare', active: first };

  function at<Step extends RollStep>(step: Step): Extract<State<Authority>, { readonly next: Step }> {
    if (state.next !== step) throw new Error(`${step} is out of order: the next step of the roll is ${state.next}`);
    return state as Extract<State<Authority>, { readonly next: Step }>;
  }

  return {
    next: () => state.next,
    active: () => state.active,
    trusted() {
      switch (state.next) {
        case 'prepare':
          return [state.active];
        case 'activate':
          return [state.active, state.prepared];
        case 'taint':
        case 'revoke':
          return [state.active, state.old];
      }
    },
    async prepare(make) {
      const before = state.next === 'activate' ? state : at('prepare');
      const prepared = await make();
      if (state !== before) throw new Error('prepare is out of order: somebody else did a step of the roll meanwhile');
      state = { next: 'activate', active: before.active, prepared };
      return prepared;
    },
    activate() {
      const { active, prepared } = at('activate');
      state = { next: 'taint', active: prepared, old: active };
      return prepared;
    },
    taint() {
      const { active, old } = at('taint');
      state = { next: 'revoke', active, old };
      return old;
    },
    revoke() {
      const { active, old } = at('revoke');
      state = { next: 'prepare', active };
      return old;
    },
  };
}
