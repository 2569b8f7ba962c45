import { callPaths } from '../call-paths.ts';
import { findMethod } from '../find-method.ts';
import type { AccessGraph, GraphMethod, GraphService } from '../graph.ts';
import { apiKeyPath } from '../vault-policies.ts';
import { explainBehalf, explainCallers } from './explain-callers.ts';
import { explainRestrictions } from './explain-restrictions.ts';
import { at, byPolicy, type ExplainedPart, listed } from './explained-part.ts';

/** Everything that stands between a caller and one method, in words. */
export interface Explanation {
  /** `payment.v1.PaymentService/AuthorizePayment`, which is also the name of its rule. */
  readonly method: string;
  readonly service: string;
  readonly parts: readonly ExplainedPart[];
}

/** More ways than anybody would read are not told. */
const mostWays = 20;

/** Explains a method by any of its names; a `TypeError` where there is none such. */
export function explainMethod(graph: AccessGraph, name: string): Explanation {
  const found = findMethod(graph, name);
  const { service, method } = found;
  return {
    method: method.fullName.slice(1),
    service: service.name,
    parts: [
      explainCallers(graph, found),
      explainBehalf(found),
      explainWays(graph, method),
      ...explainRestrictions(method),
      explainRecord(method),
      ...explainData(service),
      ...explainApiKeys(service),
    ],
  };
}

function explainWays(graph: AccessGraph, method: GraphMethod): ExplainedPart {
  const ways = callPaths(graph, method, mostWays + 1).map((path) => path.join(' → '));
  const says = ways.length > mostWays ? [...ways.slice(0, mostWays), 'and more'] : ways;
  const forUsers = method.onBehalfOf === 'user' || method.onBehalfOf === 'user or workload';
  if (!forUsers || method.callers.kind === 'users') return { about: 'by which way', says, enforced: [] };
  return {
    about: 'by which way',
    says,
    enforced: [
      at('identity', 'exchanges a user’s token along these workloads only, and adds each to its chain'),
      byPolicy(method, 'chain_not_allowed', `a chain that does not lead from ${graph.entryPoint} to whoever calls`),
      at('token', 'which method calls is not checked: the scopes of the token say for which one it was made'),
    ],
  };
}

function explainRecord({ record }: GraphMethod): ExplainedPart {
  const about = 'recorded';
  switch (record) {
    case 'synced':
      return {
        about,
        says: ['on disk before the method runs, and then in the ledger'],
        enforced: [at('record', 'a call that cannot be recorded is refused: record_not_kept')],
      };
    case 'written':
      return {
        about,
        says: ['written before the method runs, and then in the ledger'],
        enforced: [at('record', 'a call goes on where its record is lost, and the operator is told')],
      };
  }
}

function explainData({ name, tables }: GraphService): ExplainedPart[] {
  if (tables === null || tables.length === 0) return [];
  return [
    {
      about: 'data',
      says: tables.map((table) => `${table.name}: ${table.grants.join(', ')}`),
      enforced: [
        at('database', `grants to logins of ${name}, the same for all its methods; they define nothing`),
        at('database', `a login is good only with the SVID of ${name} beside it`),
        at('Vault', `makes such logins for ${name} only`),
      ],
    },
  ];
}

function explainApiKeys({ name, apiKeysOf }: GraphService): ExplainedPart[] {
  if (apiKeysOf.length === 0) return [];
  return [
    {
      about: 'third parties',
      says: [`${name} has an API key of ${listed(apiKeysOf)}`],
      enforced: apiKeysOf.map((thirdParty) =>
        at('Vault', `kv/${apiKeyPath(name, thirdParty)} can be read by ${name}, and by nobody else`),
      ),
    },
  ];
}
