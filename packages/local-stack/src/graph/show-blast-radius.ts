import type { BlastRadius } from '@zt/access-graph';
import { labelled, paragraph } from '../story/layout.ts';
import type { Style } from '../story/style.ts';

const outer = { indent: 0, label: 16 };
const inner = { indent: 4, label: 12 };

/** What somebody who owns a workload reaches, and below each kind of it what stops them there. */
export function showBlastRadius({ workload, methods, parts }: BlastRadius, style: Pick<Style, 'colors'>): string[] {
  const { bold, red, green } = style.colors;
  return [
    ...paragraph(
      `Whoever owns ${workload} may call ${methods.callable} of the ${methods.all} methods of other services, and reaches:`,
    ),
    ...parts.flatMap(({ about, reaches, stops }) => [
      '',
      ...labelled(
        reaches.map(({ what, how }, index) => [
          index === 0 ? bold(about) : '',
          how === '' ? red(what) : `${red(what)}  ${how}`,
        ]),
        style,
        outer,
      ),
      ...labelled(
        stops.map((text, index) => [index === 0 ? green('stopped by') : '', text]),
        style,
        inner,
      ),
    ]),
  ];
}
