import type { defineGraph } from '../define-graph.ts';
import type { CallersSource, GraphSource, ServiceSource } from '../graph-source.ts';

/** The services that this repository comes with. */
const shop: readonly string[] = ['gateway', 'order', 'inventory', 'payment', 'identity', 'audit'];

/**
 * A module in the place of define-graph.ts, with which the access graph is the shop's alone: tests say all that is so of it,
 * whatever services somebody added. Other graphs are as they are.
 */
export function shopAlone(actual: { readonly defineGraph: typeof defineGraph }): object {
  return { ...actual, defineGraph: (source: GraphSource) => actual.defineGraph(withoutAdded(source)) };
}

function withoutAdded(source: GraphSource): GraphSource {
  if (shop.some((name) => source.services[name] === undefined)) return source;
  const services = Object.entries(source.services).filter(([name]) => shop.includes(name));
  return { ...source, services: Object.fromEntries(services.map(([name, service]) => [name, calledByShop(service)])) };
}

function calledByShop(service: ServiceSource): ServiceSource {
  const methods = Object.entries(service.methods).map(([name, rule]) => [
    name,
    { ...rule, callers: ofShop(rule.callers) },
  ]);
  return { ...service, methods: Object.fromEntries(methods) };
}

/** `shipping.CreateShipping` goes, `operator` stays. */
function ofShop(callers: CallersSource): CallersSource {
  if (typeof callers === 'string' || 'thirdParty' in callers) return callers;
  return callers.filter((caller) => !caller.includes('.') || shop.includes(caller.split('.')[0] ?? ''));
}
