import { expect, it } from 'vitest';
import type { GraphSource } from './graph-source.ts';
import { smallGraph } from './testing/small-graph.ts';
import { tokenScopes } from './token-scopes.ts';

const steps = 60;

/** Two services at each step, each of which calls both of the next: as many ways down as 2 to the power of the steps. */
function ladder(): GraphSource {
  const services = Array.from({ length: steps }, (_, step) =>
    ['left', 'right'].map((side): [string, GraphSource['services'][string]] => {
      const callers = step === 0 ? ['door.Open'] : [`left-${step - 1}.Pass`, `right-${step - 1}.Pass`];
      const scopes = [`${side}:${step % 2 === 0 ? 'even' : 'odd'}`];
      return [
        `${side}-${step}`,
        {
          about: 'Is there.',
          api: `${side}${step}`,
          methods: { Pass: { callers, for: 'user', scopes, record: 'written' } },
        },
      ];
    }),
  );
  const { door } = smallGraph().services;
  if (door === undefined) throw new TypeError('the small graph has a door');
  return { ...smallGraph(), services: { door, ...Object.fromEntries(services.flat()) } };
}

it('finds the scopes of a method and of all that it calls in turn, once each', () => {
  const scopesOf = tokenScopes(ladder());
  expect(scopesOf(`left-${steps - 1}.Pass`)).toEqual(['left:odd']);
  expect(scopesOf(`left-${steps - 2}.Pass`)).toEqual(['left:even', 'left:odd', 'right:odd']);
});

it('ends where there are more ways than can be walked', () => {
  expect(tokenScopes(ladder())('door.Open')).toEqual([
    'doors:open',
    'left:even',
    'left:odd',
    'right:even',
    'right:odd',
  ]);
});

it('leaves out what is called in the own name or for nobody', () => {
  const scopesOf = tokenScopes(smallGraph());
  expect(scopesOf('door.Open')).toEqual(['doors:open', 'lamps:light']);
  expect(scopesOf('lamp.Dim')).toEqual(['lamps:dim']);
  expect(scopesOf('lamp.Blink')).toEqual([]);
});
