import type { AccessGraph, GraphMethod, GraphService } from './graph.ts';
import { healthMethods } from './methods-of.ts';

export interface FoundMethod {
  readonly service: GraphService;
  readonly method: GraphMethod;
}

/**
 * Finds a method by its full name, with or without the slash before it, or by its short one: `payment.AuthorizePayment`,
 * `payment/AuthorizePayment`. Throws a `TypeError` that says what there is where there is no such method.
 */
export function findMethod(graph: AccessGraph, name: string): FoundMethod {
  const wanted = name.replace(/^\//, '');
  if (healthMethods.includes(`/${wanted}`))
    throw new TypeError(`${wanted} is answered by every service for itself only`);
  for (const service of graph.services) {
    for (const method of service.methods) {
      const names = [method.fullName.slice(1), method.shortName, shownName(method)];
      if (names.includes(wanted)) return { service, method };
    }
  }
  const [first = ''] = wanted.split(/[./]/);
  const service = graph.services.find((candidate) => candidate.name === first);
  throw new TypeError(
    service === undefined
      ? `the access graph has no method ${name}; its services are ${graph.services.map((each) => each.name).join(', ')}`
      : `${service.name} has no method ${name}, only ${service.methods.map(({ shortName }) => shortName).join(', ')}`,
  );
}

/** `payment/AuthorizePayment`: how people are told of a method. */
export function shownName({ shortName }: Pick<GraphMethod, 'shortName'>): string {
  return shortName.replace('.', '/');
}
