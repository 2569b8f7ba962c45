import { type GraphMethod, scopesAlong, spiffeIdOf } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { litGraph } from './testing/lit-graph.ts';
import { wayFor, widestWay } from './token-way.ts';

const graph = litGraph();

function lamp(name: string): GraphMethod {
  const found = graph.services.flatMap(({ methods }) => methods).find(({ shortName }) => shortName === `lamp.${name}`);
  return found ?? expect.fail(`the lamp has no ${name}`);
}

test("a user's token comes hop by hop from the entry point, with what the calls behind each need", () => {
  expect(wayFor(graph, 'hall', lamp('Light'))).toEqual([
    { by: 'door', audience: 'hall', scopes: ['halls:enter', 'lamps:dim', 'lamps:light'] },
    { by: 'hall', audience: 'lamp', scopes: ['lamps:light'] },
  ]);
});

test('there is no way where nobody calls for a user, and none through who is not named', () => {
  expect(wayFor(graph, 'cellar', lamp('Mend'))).toBeNull();
  expect(wayFor(graph, 'door', lamp('Light'))).toBeNull();
  expect(widestWay(graph, 'cellar', 'lamp')).toBeNull();
});

test('the widest way carries all that can be had from the one for the other', () => {
  expect(widestWay(graph, 'hall', 'lamp')?.at(-1)).toEqual({
    by: 'hall',
    audience: 'lamp',
    scopes: ['lamps:dim', 'lamps:light'],
  });
});

test('no hop carries more than the one before it, whatever the next one could take', () => {
  const dusty = litGraph({
    Dust: { callers: ['hall.Climb'], for: 'user', scopes: ['lamps:dust'], record: 'written' },
  });
  expect(scopesAlong(dusty, spiffeIdOf(dusty, 'hall'), spiffeIdOf(dusty, 'lamp'))).toContain('lamps:dust');
  expect(widestWay(dusty, 'hall', 'lamp')?.at(-1)?.scopes).toEqual(['lamps:dim', 'lamps:light']);
});
