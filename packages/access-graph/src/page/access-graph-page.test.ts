import { expect, it } from 'vitest';
import { defineGraph } from '../define-graph.ts';
import { smallGraph } from '../testing/small-graph.ts';
import { accessGraphPage } from './access-graph-page.ts';

const page = accessGraphPage(defineGraph(smallGraph()));

const node = /^ {2}(\w+)(?:\(\["[\w-]+"\]\)|\["[\w-]+"\]|\[\("[\w-]+"\)\]|\{\{"[\w-]+"\}\})$/;
const arrow = /^ {2}(\w+) (?:-->|-\.->)(?:\|"[\w ]+(?:<br\/>\w+)*"\|)? (\w+)$/;

it('draws flowcharts of known nodes, in the two kinds of lines that Mermaid reads everywhere', () => {
  const diagrams = [...page.matchAll(/^```mermaid\nflowchart LR\n(.*?)\n```$/gms)].map(([, text = '']) => text);
  expect(diagrams).toHaveLength(2);
  for (const lines of diagrams.map((text) => text.split('\n'))) {
    const nodes = lines.flatMap((line) => node.exec(line)?.slice(1) ?? []);
    const arrows = lines.flatMap((line) => (arrow.test(line) ? [arrow.exec(line)?.slice(1) ?? []] : []));
    expect(nodes.length + arrows.length).toBe(lines.length);
    expect(new Set(nodes).size).toBe(nodes.length);
    expect(nodes.toSorted()).toEqual([...new Set(arrows.flat())].toSorted());
  }
});

it.each([
  ['a call with a token', '  people_users -->|"Open"| workload_door'],
  ['a call in the own name', '  workload_cellar -->|"Dim"| workload_lamp'],
  ['a call without a token', '  workload_door -.->|"Blink"| workload_lamp'],
  ['a third party', '  outside_postman -->|"Deliver"| workload_lamp'],
  ['a database', '  workload_lamp -->|"1 table"| store_lamp'],
])('draws %s', (_what, line) => {
  expect(page.split('\n')).toContain(line);
});

it('says of each method all that a call needs', () => {
  expect(page).toContain(
    '| `Light` | `door` | user | `lamps:light` | – | below 100 minor units without the role `electrician` | written |\n',
  );
  expect(page).toContain('| `Deliver` | the third party `postman` | third party | – | – | – | synced |\n');
});
