import { type AccessGraph, defineGraph, type GraphSource } from '@zt/access-graph';

type Changes = Partial<GraphSource['services'][string]['methods']>;

/**
 * A graph of a door that people come to, a hall behind it, straight or over a porch, and a lamp in it: with these changes to
 * the lamp's methods.
 */
export function litGraph(changes: Changes = {}): AccessGraph {
  const rule = { record: 'written' } as const;
  const source: GraphSource = {
    trustDomain: 'test.example',
    entryPoint: 'door',
    services: {
      door: {
        api: 'door',
        about: 'Lets people in.',
        methods: {
          Open: { ...rule, callers: 'users', for: 'user', scopes: ['doors:open'] },
          Inspect: { ...rule, callers: 'users', for: 'user', scopes: ['doors:see'], roles: ['guard'], purpose: true },
        },
      },
      porch: {
        api: 'porch.v1.PorchService',
        about: 'Leads around to the hall.',
        methods: { Pass: { ...rule, callers: ['door.Open'], for: 'user', scopes: ['porches:pass'] } },
      },
      hall: {
        api: 'hall.v1.HallService',
        about: 'Leads to the lamp.',
        methods: {
          Enter: { ...rule, callers: ['door.Open'], for: 'user', scopes: ['halls:enter'] },
          Climb: { ...rule, callers: ['porch.Pass'], for: 'user', scopes: ['halls:climb'] },
        },
      },
      lamp: {
        api: 'lamp.v1.LampService',
        about: 'Gives light.',
        methods: {
          Light: { ...rule, callers: ['hall.Enter'], for: 'user', scopes: ['lamps:light'] },
          Dim: { ...rule, callers: ['hall.Enter'], for: 'user or workload', scopes: ['lamps:dim'] },
          Mend: { ...rule, callers: ['cellar'], for: 'workload', scopes: ['lamps:mend'] },
          Deliver: { ...rule, callers: { thirdParty: 'postman' }, for: 'third party', scopes: [] },
          ...changes,
        },
      },
    },
    otherWorkloads: { cellar: {}, attic: {} },
    thirdParties: ['postman'],
    amountLimits: [],
  };
  return defineGraph(source);
}
