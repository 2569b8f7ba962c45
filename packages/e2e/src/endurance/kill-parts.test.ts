import { expect, test } from 'vitest';
import { type Kill, killEachPart, type Parts } from './kill-parts.ts';

const never = new AbortController().signal;

/** Parts that are back at once; `onKill` is called with the name of each. */
function partsOf(names: readonly string[], onKill: (name: string) => void = () => {}): Parts {
  return {
    names: async () => names,
    async kill(part) {
      onKill(part);
      return { part, at: 0, backAfterMs: 1 };
    },
  };
}

test('Every part has its turn, and what came of it is said', async () => {
  const kills: Kill[] = [];
  const left = await killEachPart({
    parts: partsOf(['order', 'audit']),
    withinMs: 20,
    onKill: (kill) => kills.push(kill),
    signal: never,
  });
  expect(kills.map(({ part }) => part)).toEqual(['order', 'audit']);
  expect(left).toEqual([]);
});

test('Those that had no turn are named: where the time is over, or the run is', async () => {
  const ended = new AbortController();
  const parts = partsOf(['order', 'audit', 'vault'], (name) => name === 'audit' && ended.abort());
  expect(await killEachPart({ parts, withinMs: 30, onKill: () => {}, signal: ended.signal })).toEqual(['vault']);
  expect(await killEachPart({ parts, withinMs: 0, onKill: () => {}, signal: never })).toEqual([
    'order',
    'audit',
    'vault',
  ]);
});
