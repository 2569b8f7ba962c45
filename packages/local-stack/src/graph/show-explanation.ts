import type { Explanation } from '@zt/access-graph';
import { labelled } from '../story/layout.ts';
import type { Style } from '../story/style.ts';

const outer = { indent: 0, label: 16 };
const inner = { indent: 4, label: 12 };

/** A method as it is explained: what holds, and below that where it is enforced. */
export function showExplanation({ method, parts }: Explanation, style: Pick<Style, 'colors'>): string[] {
  return [
    style.colors.bold(method),
    ...parts.flatMap(({ about, says, enforced }) => [
      '',
      ...labelled(
        says.map((text, index) => [index === 0 ? about : '', style.colors.bold(text)]),
        style,
        outer,
      ),
      ...labelled(
        enforced.map(({ where, how }, index) => [where === enforced[index - 1]?.where ? '' : where, how]),
        style,
        inner,
      ),
    ]),
  ];
}
