import { type AccessGraph, findMethod } from '@zt/access-graph';
import { chooseCallees } from './choose-callees.ts';
import { type ChosenCallers, chooseCallers } from './choose-callers.ts';
import type { ContractMethod } from './contract-methods.ts';
import { faultOfName, isReservedWord } from './name-fault.ts';
import { camelCase, type NameForms, nameForms } from './name-forms.ts';
import { type Callee, type PlannedMethod, type ServicePlan, serviceOf } from './service-plan.ts';
import { type Wish, WishError } from './wish.ts';

/** What a plan is made from. */
export interface Surroundings {
  readonly graph: AccessGraph;
  readonly contracts: ReadonlyMap<string, ContractMethod>;
  readonly taken: ReadonlyMap<string, string>;
}

/** Decides everything about a new service. Throws a `WishError` where it cannot be. */
export function planService(wish: Wish, { graph, contracts, taken }: Surroundings): ServicePlan {
  const fault = faultOfName(wish.name, taken);
  if (fault !== null) throw new WishError(`${wish.name} ${fault}`);
  const names = nameForms(wish.name);
  const { callees, choices } = chooseCallees(graph, contracts, wish.calls, (field) => isFreeField(names, field));
  const callers = chooseCallers(graph, wish.calledBy, wish.database);
  const methods = methodsOf(graph, names, callers, wish.database, callees);
  const [first] = methods;
  const services = [...new Set(methods.flatMap((method) => method.callers.map(serviceOf)))];
  const plan: ServicePlan = {
    names,
    about: aboutOf(names, wish.database, callees),
    database: wish.database,
    methods,
    callees,
    callers: services,
    stranger: strangerOf(graph, (first?.callers ?? []).map(serviceOf), callees),
    choices: [...choices, ...callers.choices],
  };
  assertNoCircle(graph, plan);
  return plan;
}

/** Whether the answer of another service may be called so in a message, and in the code that passes it on. */
function isFreeField({ snake }: NameForms, field: string): boolean {
  const own = [
    snake,
    `${snake}_id`,
    'id',
    'user_id',
    'store',
    'downstream',
    'now',
    'request',
    'context',
    'kept',
    'asked',
  ];
  return !own.includes(field) && !isReservedWord(camelCase(field));
}

function methodsOf(
  graph: AccessGraph,
  names: NameForms,
  { writing, reading }: ChosenCallers,
  database: boolean,
  callees: readonly Callee[],
): readonly PlannedMethod[] {
  const scope = scopeOf(graph, names);
  const { pascal } = names;
  const get = { name: `Get${pascal}`, scope: `${scope}:read` };
  if (!database) {
    const writes = callees.some(({ fullName }) => findMethod(graph, fullName).method.record === 'synced');
    return [{ ...get, callers: reading, record: writes ? 'synced' : 'written' }];
  }
  return [
    { name: `Create${pascal}`, callers: writing, scope: `${scope}:write`, record: 'synced' },
    { ...get, callers: reading, record: 'written' },
  ];
}

/** What its scopes begin with: its name, where no other service has scopes of that name. */
function scopeOf(graph: AccessGraph, { name }: NameForms): string {
  const scopes = graph.services.flatMap(({ methods }) => methods.flatMap((method) => method.scopes));
  return scopes.some((scope) => scope.startsWith(`${name}:`)) ? `${name}-service` : name;
}

/** One line of up to 100 characters, as the access graph has it. */
function aboutOf({ words, table }: NameForms, database: boolean, callees: readonly Callee[]): string {
  const does = database ? `Keeps each user's own ${table.replaceAll('_', ' ')}` : `Answers users about ${words}`;
  const others = [...new Set(callees.map(({ service }) => service))].join(' and ');
  const whole = others === '' ? `${does}.` : `${does}, and asks ${others}.`;
  return whole.length <= 100 ? whole : `${does}.`;
}

/** Whom a test can take that is not let in: one that is called itself, rather than one that has nothing to do with it. */
function strangerOf(graph: AccessGraph, callers: readonly string[], callees: readonly Callee[]): string {
  const candidates = [...callees.map(({ service }) => service), ...graph.services.map(({ name }) => name), 'operator'];
  return candidates.find((name) => name !== graph.entryPoint && !callers.includes(name)) ?? 'operator';
}

/** A user's call that came back to where it began would never end. */
function assertNoCircle(graph: AccessGraph, { methods, callees }: ServicePlan): void {
  for (const caller of methods[0]?.callers ?? []) {
    for (const { service, method, fullName } of callees) {
      const way = wayFrom(graph, `${service}.${method}`, caller);
      if (way === null) continue;
      throw new WishError(`that would be a circle: ${[caller, 'the new service', ...way].join(' → ')} (${fullName})`);
    }
  }
}

/** Which methods a call of this one may lead through to that one, both included; null where it never gets there. */
function wayFrom(graph: AccessGraph, from: string, to: string): readonly string[] | null {
  const ways: (readonly string[])[] = [[from]];
  const seen = new Set([from]);
  for (const way of ways) {
    const last = way.at(-1) ?? from;
    if (last === to) return way;
    for (const { shortName } of graph.services.flatMap(({ methods }) =>
      methods.filter(({ calledFrom }) => calledFrom.includes(last)),
    )) {
      if (!seen.has(shortName)) ways.push([...way, shortName]);
      seen.add(shortName);
    }
  }
  return null;
}
