import { type AccessGraph, behalfInWords, limitInWords } from '@zt/access-graph';
import { labelled, listing } from '../story/layout.ts';
import type { Style } from '../story/style.ts';

type Service = AccessGraph['services'][number];
type Method = Service['methods'][number];

const outline = { indent: 2, label: 14 };

/** The graph as people read it, service by service. */
export function showGraph(graph: AccessGraph, style: Pick<Style, 'colors'>): string[] {
  return [
    ...graph.services.flatMap((service) => [...showService(service, style), '']),
    ...labelled(
      [
        ['users', `come in at ${graph.entryPoint}`],
        ['no methods', withoutMethods(graph).join(', ')],
        ['third parties', graph.thirdParties.join(', ')],
      ],
      style,
      { indent: 0, label: 16 },
    ),
  ];
}

function showService(service: Service, style: Pick<Style, 'colors'>): string[] {
  const rows = service.methods.map((method) => [
    `  ${method.shortName.slice(service.name.length + 1)}`,
    callersOf(method),
    behalfInWords(method.onBehalfOf),
    method.scopes.join(' '),
    restrictionsOf(method),
  ]);
  return [
    `${style.colors.bold(service.name)} ${style.colors.dim(service.about)}`,
    ...listing(['  method', 'called by', 'on behalf', 'scopes', 'besides'], rows, style)
      .split('\n')
      .map((line) => line.trimEnd()),
    ...labelled(
      [
        ['tables', (service.tables ?? []).map(({ name, grants }) => `${name} (${grants.join(', ')})`).join(', ')],
        ['API keys of', service.apiKeysOf.join(', ')],
      ],
      style,
      outline,
    ),
  ];
}

function callersOf({ callers, calledFrom }: Method): string {
  switch (callers.kind) {
    case 'users':
      return 'users';
    case 'third party':
      return callers.name;
    case 'workloads':
      return (calledFrom.length > 0 ? calledFrom.map((name) => name.replace('.', '/')) : callers.names).join(', ');
  }
}

/** In a few words each: `zt graph explain` has the long ones. */
function restrictionsOf(method: Method): string {
  const { roles, amountLimit, purpose, hours, networks, rateLimit, distinctUsers, record } = method;
  return [
    ...(roles === null ? [] : [`role ${roles.join(' or ')}`]),
    ...(amountLimit === null ? [] : [limitInWords(amountLimit)]),
    ...(purpose ? ['says what for'] : []),
    ...(hours === null ? [] : [`${hours.from}–${hours.until}`]),
    ...(networks === null ? [] : [networks.join(' ')]),
    ...(rateLimit === null ? [] : [`${rateLimit.calls} calls in ${rateLimit.seconds} s`]),
    ...(distinctUsers === null ? [] : [`${distinctUsers.users} users in ${distinctUsers.seconds} s`]),
    ...(record === 'synced' ? ['on disk first'] : []),
  ].join('; ');
}

function withoutMethods({ workloads, services }: AccessGraph): string[] {
  return workloads.map(({ name }) => name).filter((name) => !services.some((service) => service.name === name));
}
