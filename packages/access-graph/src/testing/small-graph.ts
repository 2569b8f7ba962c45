import type { GraphSource } from '../graph-source.ts';

/** A good graph of two services, for tests that break one thing of it. Its types say nothing of names, as in plain JavaScript. */
export function smallGraph(): GraphSource {
  return {
    trustDomain: 'test.example',
    entryPoint: 'door',
    services: {
      door: {
        about: 'Lets users in.',
        api: 'door',
        methods: { Open: { callers: 'users', for: 'user', scopes: ['doors:open'], record: 'synced' } },
      },
      lamp: {
        about: 'Gives light.',
        api: 'lamp.v1.LampService',
        methods: {
          Light: { callers: ['door.Open'], for: 'user', scopes: ['lamps:light'], record: 'written' },
          Dim: { callers: ['cellar'], for: 'workload', scopes: ['lamps:dim'], record: 'written' },
          Deliver: { callers: { thirdParty: 'postman' }, for: 'third party', scopes: [], record: 'synced' },
          Blink: { callers: ['door.Open'], for: 'nobody', scopes: [], record: 'written' },
        },
        tables: { lamps: ['select'] },
      },
    },
    otherWorkloads: { cellar: {} },
    thirdParties: ['postman'],
    amountLimits: [{ methods: ['lamp.Light'], minorUnits: 100, role: 'electrician' }],
  };
}
