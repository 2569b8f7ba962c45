import type { GraphChange } from '@zt/access-graph';
import { labelled } from '../story/layout.ts';
import type { Style } from '../story/style.ts';

/** One line for each, `+` where more is allowed and `-` where less is. */
export function showChanges(changes: readonly GraphChange[], style: Pick<Style, 'colors'>): string[] {
  const { red, green, yellow } = style.colors;
  const signs = { more: red('+'), less: green('-'), other: yellow('~') } as const;
  return labelled(
    changes.map(({ effect, words }) => [signs[effect], words]),
    style,
    { indent: 0, label: 1 },
  );
}
