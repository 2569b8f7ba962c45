import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { editGraph, graphFile } from './edit-graph.ts';
import { checkoutRoot } from './testing/checkout-root.ts';
import { lanternPlan } from './testing/lantern-plan.ts';

const before = await readFile(join(checkoutRoot, graphFile), 'utf8');

test('a service is added, and as a caller of what it calls; nothing else changes', async () => {
  const after = editGraph(before, lanternPlan);
  const linesAfter = new Set(after.split('\n').map((line) => line.trim()));
  const gone = before.split('\n').filter((line) => !linesAfter.has(line.trim()));
  expect(gone.map((line) => line.trim())).toEqual([
    expect.stringMatching(/^(GetStock: \{ )?callers: \['gateway\.GetStock'/),
  ]);
  expect(after).toContain("'lantern.CreateLantern'");
  expect(after).toContain(
    "CreateLantern: { callers: ['order.PlaceOrder'], for: 'user', scopes: ['lantern:write'], record: 'synced' },",
  );
  expect(after).toContain("tables: { lanterns: ['select', 'insert'] },");
});

test('it stands behind the last of those that it has to do with', () => {
  const after = editGraph(before, lanternPlan);
  const names = [...after.matchAll(/^ {4}'?([a-z-]+)'?: \{$/gm)].map(([, name]) => name);
  const services = accessGraph.services.map(({ name }) => name as string);
  const at = Math.max(services.indexOf('order'), services.indexOf('inventory'));
  expect(names.slice(0, services.length + 1)).toEqual(services.toSpliced(at + 1, 0, 'lantern'));
});

test('a name of several words is quoted', () => {
  const names = { ...lanternPlan.names, name: 'paper-lantern', camel: 'paperLantern' };
  expect(editGraph(before, { ...lanternPlan, names })).toContain("    'paper-lantern': {");
});

test('a graph of another form is left alone, and it says what is missing', () => {
  expect(() => editGraph('export const accessGraph = 1;', lanternPlan)).toThrow('does not call defineGraph');
  expect(() => editGraph(before.replaceAll('GetStock', 'TakeStock'), lanternPlan)).toThrow('no GetStock');
});
