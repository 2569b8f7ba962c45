import type { Attempt } from './attempts/index.ts';
import { groupOf, requirements } from './requirements.ts';

type Path = Pick<Attempt, 'id' | 'title' | 'expected'>;

const counted = 'edge';

/**
 * Every path by the requirement that it proves, as a Markdown table. Those of `edge` follow from the access graph, alike and
 * many: they are not named one by one, nor counted, since the graph may get another service at any time.
 */
export function pathTable(paths: readonly Path[]): string {
  const groups = Map.groupBy(paths, ({ id }) => groupOf(id));
  const rows = [...groups].flatMap(([group, members]) => {
    const { [group]: requirement = '' } = requirements;
    const shown = group === counted ? sumsOf(members) : members;
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
  const free = paths.filter(isFree).length;
  return `${paths.length} paths: ${free} have to be free, ${paths.length - free} have to be refused.`;
}

/** The same of those that people wrote. */
export function writtenPathCount(paths: readonly Path[]): string {
  return pathCount(paths.filter(({ id }) => groupOf(id) !== counted));
}

function isFree({ expected }: Path): boolean {
  return expected.code === 'OK';
}

/** Those that have to be free, and those that have to be refused by what they are refused with. */
function sumsOf(members: readonly Path[]): Path[] {
  const byCode = Map.groupBy(members, ({ expected }) => expected.code);
  return [...byCode.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const title = isFree(first)
      ? 'every call for which the access graph has an edge, with what it asks for'
      : 'every other call, with a good SVID, and with a good token where one can be had';
    const reasons = first.expected.reasons.filter((reason) =>
      others.every(({ expected }) => expected.reasons.includes(reason)),
    );
    return [{ id: `${counted}/…`, title, expected: { code: first.expected.code, reasons } }];
  });
}

function expectation({ expected: { code, reasons } }: Path): string {
  return reasons.length === 0 ? code : `${code}: ${reasons.join(', ')}`;
}
