import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { defineGraph } from '../define-graph.ts';
import type { GraphSource } from '../graph-source.ts';
import { smallGraph } from '../testing/small-graph.ts';
import { composeRegions } from './compose-regions.ts';

/** The anchors that people write above, as far as what is made takes them. */
const above = ['app', 'app-health', 'image-of', 'app-environment', 'database-environment', 'door']
  .map((name) => `x-${name}: &${name} {}`)
  .join('\n');

function read(region: string, source: GraphSource = smallGraph()) {
  const { regions } = composeRegions(defineGraph(source));
  return parse(`${above}\nmade:\n${(regions[region] ?? '').replaceAll(/^(?=.)/gm, '  ')}`, { merge: true }).made;
}

it('gives a service the addresses and the networks of those that it calls, and of no others', () => {
  const { door } = read('services');
  expect(door.environment).toMatchObject({
    LISTEN_ADDRESS: 'door.internal:8443',
    PUBLIC_ADDRESS: 'door.internal:8444',
    LAMP_ADDRESS: 'lamp.internal:8443',
  });
  expect(door.networks).toEqual({ door: { aliases: ['door.internal'] }, lamp: null });
});

it('opens a port of this machine for the entry point only', () => {
  const { door, lamp } = read('services');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: compose fills it in
  expect(door.ports).toEqual(['127.0.0.1:${ZT_GATEWAY_PORT:-8443}:8444']);
  expect(lamp.ports).toBeUndefined();
});

it('puts whoever third parties call on the internet, under a name that they know', () => {
  const { lamp } = read('services');
  expect(lamp.networks).toEqual({
    lamp: { aliases: ['lamp.internal'] },
    internet: { aliases: ['lamp.test.example'] },
    vault: null,
    postgres: null,
  });
  expect(lamp.environment.PUBLIC_ADDRESS).toBe('lamp.test.example:8444');
});

it('puts whoever has a key of a third party there without a name, with the authority to know it by', () => {
  const { door = { about: '', api: '', methods: {} }, lamp } = smallGraph().services;
  const { Deliver, ...methods } = lamp?.methods ?? {};
  expect(Deliver).toBeDefined();
  const inner = {
    about: 'Is there.',
    api: 'lamp',
    tables: { t: ['select'] },
    methods,
    apiKeysOf: ['postman'],
  } as const;
  const { lamp: made } = read('services', { ...smallGraph(), services: { door, lamp: inner } });
  expect(made.networks.internet).toBeNull();
  expect(made.environment).toMatchObject({
    POSTMAN_URL: 'https://postman.example:8443',
    POSTMAN_CA_FILE: '/postman/authority.pem',
  });
  expect(made.volumes).toContain('postman-authority:/postman:ro');
});

it('says beside each network who calls there, the operator aside', () => {
  const { services, ...source } = smallGraph();
  const { door = { about: '', api: '', methods: {} }, lamp = door } = services;
  const dim = { callers: ['cellar', 'operator'], for: 'workload', scopes: ['lamps:dim'], record: 'written' } as const;
  const graph: GraphSource = {
    ...source,
    services: { door, lamp: { ...lamp, methods: { ...lamp.methods, Dim: dim } } },
    otherWorkloads: { cellar: {}, postgres: {}, vault: {}, 'trust-updater': {}, operator: {} },
  };
  const { regions } = composeRegions(defineGraph(graph));
  expect(regions.networks?.split('\n')).toEqual([
    'lamp: *door # door, cellar',
    'vault: *door # lamp, trust-updater, bootstrap',
    'postgres: *door # lamp, vault',
    '',
  ]);
});
