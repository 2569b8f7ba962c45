import type { GraphCallers, GraphMethod } from '../graph.ts';
import { codeList, markdownTable } from './markdown-table.ts';

const head = ['method', 'callers', 'for', 'scopes', 'roles', 'limits', 'record'];

/** Every method of a service, with all that the graph asks of a call. */
export function methodTable(methods: readonly GraphMethod[]): string {
  return markdownTable(
    head,
    methods.map((method) => [
      `\`${method.shortName.split('.')[1]}\``,
      callersCell(method.callers),
      method.onBehalfOf,
      codeList(method.scopes),
      method.roles === null ? '–' : method.roles.map((role) => `\`${role}\``).join(' or '),
      limits(method).join('; ') || '–',
      method.record,
    ]),
  );
}

function callersCell(callers: GraphCallers): string {
  switch (callers.kind) {
    case 'users':
      return 'users';
    case 'third party':
      return `the third party \`${callers.name}\``;
    case 'workloads':
      return codeList(callers.names);
  }
}

function limits({ amountLimit, purpose, hours, networks, rateLimit, distinctUsers, observe }: GraphMethod): string[] {
  return [
    ...(amountLimit === null
      ? []
      : [
          `below ${amountLimit.minorUnits.toLocaleString('en-US')} minor units without the role \`${amountLimit.role}\``,
        ]),
    ...(rateLimit === null ? [] : [`${rateLimit.calls} calls in ${rateLimit.seconds} s from each caller`]),
    ...(distinctUsers === null ? [] : [`${distinctUsers.users} users in ${distinctUsers.seconds} s from each caller`]),
    ...(purpose ? ['says what for'] : []),
    ...(hours === null ? [] : [`from ${hours.from} until ${hours.until} UTC`]),
    ...(networks === null ? [] : [`from ${codeList(networks)}`]),
    ...(observe.length === 0 ? [] : [`recorded and not refused: ${codeList(observe)}`]),
  ];
}
