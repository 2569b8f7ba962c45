/** One difference between two graphs, in words; `more` is more that is allowed. */
export interface GraphChange {
  readonly effect: 'more' | 'less' | 'other';
  readonly words: string;
}

export function more(words: string): GraphChange {
  return { effect: 'more', words };
}

export function less(words: string): GraphChange {
  return { effect: 'less', words };
}

export function other(words: string): GraphChange {
  return { effect: 'other', words };
}

/** What is in the second list only, and what is in the first one only, each in words of its own. */
export function changesOfLists(
  before: readonly string[],
  after: readonly string[],
  say: { readonly added: (name: string) => GraphChange; readonly removed: (name: string) => GraphChange },
): GraphChange[] {
  const [known, now] = [new Set(before), new Set(after)];
  return [
    ...after.filter((name) => !known.has(name)).map(say.added),
    ...before.filter((name) => !now.has(name)).map(say.removed),
  ];
}
