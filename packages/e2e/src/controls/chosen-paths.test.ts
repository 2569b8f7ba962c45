import { expect, test } from 'vitest';
import { attempts } from '../attempts/index.ts';
import { bypassPaths } from '../bypass/index.ts';
import { pathsFor } from './chosen-paths.ts';
import { controls } from './controls.ts';

const idsOf = (tries: readonly string[]) => pathsFor(tries).map(({ id }) => id);

test('a fault is tried on every edge, and nothing else with it but the sample', () => {
  const sample = new Set(idsOf([]));
  const more = idsOf(['bypass/…/issuer-wrong']).filter((id) => !sample.has(id));
  expect(more.length).toBeGreaterThan(10);
  expect(more.every((id) => id.endsWith('/issuer-wrong'))).toBe(true);
});

test('the sample has a path of every kind of fault, and a path that has to be free', () => {
  const faultsOf = (ids: readonly string[]) => new Set(ids.map((id) => id.slice(id.lastIndexOf('/') + 1)));
  expect([...faultsOf(idsOf([]))]).toEqual(
    expect.arrayContaining(['none', 'no-svid', 'no-token', 'expired-by-a-second']),
  );
});

test.each(controls)('each path that $id is tried with is there', ({ tries }) => {
  const all = [...bypassPaths, ...attempts].map(({ id }) => id);
  for (const wanted of tries) {
    const [start = '', end = ''] = wanted.split('…');
    expect(
      all.some((id) => id.startsWith(start) && id.endsWith(end)),
      wanted,
    ).toBe(true);
  }
});
