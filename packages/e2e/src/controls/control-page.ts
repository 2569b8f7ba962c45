import type { ControlResult } from './control-result.ts';
import { stoppedOf, throughOf } from './control-result.ts';

const shownPaths = 3;
const shownLayers = 5;

const head = `# Controls, switched off one at a time

Each control of the shop was switched off alone, on a stack of its own, and every path that has to be refused was tried again.
What got through then is what only this control stops. What was refused all the same was stopped by the next layer, which
is named by the reasons that it recorded. Where nothing is to be seen without a control, because another one stops
the same alone, both were switched off together.

No program has a switch: \`pnpm controls\` starts a stack whose processes read changed copies of the named files. It fails where
nobody notices that a control is off, and where this page says something else than what came of the run;
\`pnpm controls --write\` writes it anew. \`packages/e2e/src/controls\` has each control's text in the source, and a test that it
still stands there.
`;

/** The page of a whole run. Of each kind of path it says how many there are, and names the first of them. */
export function controlPage(rooms: Readonly<Record<string, readonly ControlResult[]>>): string {
  const parts = Object.entries(rooms).map(([room, results]) => `## ${room}\n\n${results.map(section).join('\n')}`);
  return `${[head, ...parts].join('\n')}`;
}

function section({ control, alone, withoutBoth }: ControlResult): string {
  const { id, demands, off, coveredBy } = control;
  const files = [...new Set(off.map(({ file }) => file))].map((file) => `\`${file}\``).join(', ');
  const lines = [
    `### ${id}`,
    '',
    `${demands} In ${files}.`,
    '',
    `- ${throughInWords('off', throughOf(alone))}`,
    ...stoppedInWords(stoppedOf(alone)),
  ];
  if (withoutBoth !== null)
    lines.push(`- ${throughInWords(`off together with \`${coveredBy}\``, throughOf(withoutBoth))}`);
  return `${lines.join('\n')}\n`;
}

function throughInWords(when: string, ids: readonly string[]): string {
  return ids.length === 0 ? `${when}, nothing gets through` : `${when}, ${countOf(ids)} through: ${namesOf(ids)}`;
}

function stoppedInWords(groups: ReturnType<typeof stoppedOf>): string[] {
  const rest = groups.slice(shownLayers);
  const lines = groups
    .slice(0, shownLayers)
    .map(([by, ids]) => `- stopped by \`${by}\`: ${paths(ids.length)}, such as \`${ids[0]}\``);
  const left = rest.reduce((sum, [, ids]) => sum + ids.length, 0);
  return left === 0 ? lines : [...lines, `- stopped by other layers together: ${paths(left)}`];
}

function namesOf(ids: readonly string[]): string {
  const more = ids.length - shownPaths;
  const names = ids
    .slice(0, shownPaths)
    .map((id) => `\`${id}\``)
    .join(', ');
  return more > 0 ? `${names} and ${more} more` : names;
}

const paths = (count: number): string => (count === 1 ? '1 path' : `${count} paths`);

const countOf = (ids: readonly string[]): string => `${paths(ids.length)} ${ids.length === 1 ? 'gets' : 'get'}`;
