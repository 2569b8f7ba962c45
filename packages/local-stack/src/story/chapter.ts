import type { World } from '@zt/e2e/attempts';
import type { Style } from './style.ts';

export interface Storyteller {
  readonly style: Style;
  readonly print: (lines: readonly string[]) => void;
  /** Says that nobody listens any more. */
  readonly signal: AbortSignal;
}

/** What a chapter is told with. */
export interface Chapter extends Storyteller {
  readonly world: World;
}
