/** How a server behaves that is asked for something. */
export type Manner =
  | { readonly kind: 'well' }
  /** Says nothing, and keeps what it would have said. */
  | { readonly kind: 'hung' }
  /** Says everything so much later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Leaves off in the midst of a message. */
  | { readonly kind: 'broken' };

/** Says, keeps back or delays answers, as the manner of the moment is. */
export interface Speaker {
  readonly manner: Manner;
  /** Says this now, later or not at all. Of what is kept back for one listener, the last counts. */
  speak(listener: object, say: () => void): void;
  /** From now on; what was kept back is said. */
  change(manner: Manner): void;
}

export function createSpeaker(): Speaker {
  let manner: Manner = { kind: 'well' };
  const keptBack = new Map<object, () => void>();

  function speak(listener: object, say: () => void): void {
    switch (manner.kind) {
      case 'well':
      case 'broken':
        say();
        return;
      case 'slow':
        setTimeout(() => (manner.kind === 'hung' ? speak(listener, say) : say()), manner.ms).unref();
        return;
      case 'hung':
        keptBack.set(listener, say);
        return;
    }
  }

  return {
    get manner() {
      return manner;
    },
    speak,
    change(next) {
      manner = next;
      const waiting = [...keptBack];
      keptBack.clear();
      for (const [listener, say] of waiting) speak(listener, say);
    },
  };
}
