import type { Attempt } from './attempts/index.ts';
import { groupOf, requirements } from './requirements.ts';

type Path = Pick<Attempt, 'id' | 'title' | 'expected'>;

const counted = 'no-edge';

/**
 * Every path by the requirement that it proves, as a Markdown table. Those of `no-edge` are made from the access graph,
 * alike and many, so they are counted.
 */
export function pathTable(paths: readonly Path[]): string {
  const groups = Map.groupBy(paths, ({ id }) => groupOf(id));
  const rows = [...groups].flatMap(([group, members]) => {
    const { [group]: requirement = '' } = requirements;
    const shown = group === counted ? [sumOf(members)] : members;
    return shown.map((path, index) => [
      index === 0 ? requirement : '',
      `\`${path.id}\``,
      path.title,
      expectation(path),
    ]);
  });
  const head = [
    ['what has to hold', 'path', 'what is tried', 'what has to come of it'],
    ['---', '---', '---', '---'],
  ];
  return [...head, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** How many paths there are, and how many of them have to be free. */
export function pathCount(paths: readonly Path[]): string {
  const free = paths.filter(({ expected }) => expected.code === 'OK').length;
  return `${paths.length} paths: ${free} have to be free, ${paths.length - free} have to be refused.`;
}

/** What they have in common. */
function sumOf(members: readonly Path[]): Path {
  const code = [...new Set(members.map(({ expected }) => expected.code))].join(' or ');
  const [first, ...others] = members.map(({ expected }) => expected.reasons);
  const reasons = first?.filter((reason) => others.every((other) => other.includes(reason))) ?? [];
  const title = `${members.length} calls with a good SVID that no edge of the access graph allows`;
  return { id: `${counted}/…`, title, expected: { code, reasons } };
}

function expectation({ expected: { code, reasons } }: Path): string {
  return reasons.length === 0 ? code : `${code}: ${reasons.join(', ')}`;
}
