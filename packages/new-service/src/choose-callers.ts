import type { AccessGraph } from '@zt/access-graph';
import { findService, methodName, onlyReads, unknownMethod } from './choose-callees.ts';
import { WishError } from './wish.ts';

type Method = AccessGraph['services'][number]['methods'][number];

/** Methods that call the new service, as `order.PlaceOrder`: those that write, and those that only read. */
export interface ChosenCallers {
  readonly writing: readonly string[];
  readonly reading: readonly string[];
  readonly choices: readonly string[];
}

/**
 * Who calls the new service. Where nobody is named it is the entry point, since somebody has to. Of a service that is named
 * alone nothing that writes is chosen for a new service that keeps nothing.
 */
export function chooseCallers(graph: AccessGraph, calledBy: readonly string[], keeps: boolean): ChosenCallers {
  const words = calledBy.length === 0 ? [graph.entryPoint] : calledBy;
  const writing = new Set<string>();
  const reading = new Set<string>();
  const choices = calledBy.length === 0 ? [`it is called by ${graph.entryPoint}, since nobody was named`] : [];
  for (const word of words) {
    const { service, method: name } = findService(graph, '--called-by', word);
    const forUsers = service.methods.filter(isForUsers);
    if (forUsers.length === 0) throw new WishError(`${service.name} does nothing for users, and cannot call for one`);
    if (name !== undefined) {
      const method = namedMethod(service, name);
      (onlyReads(method) ? reading : writing).add(method.shortName);
      continue;
    }
    const read = forUsers.find(onlyReads);
    const write = keeps || read === undefined ? forUsers.find((method) => !onlyReads(method)) : undefined;
    if (write !== undefined) writing.add(write.shortName);
    if (read !== undefined) reading.add(read.shortName);
    const chosen = [write, read].filter((method) => method !== undefined).map(methodName);
    choices.push(`of ${service.name} it is called by ${chosen.join(' and ')}`);
  }
  // Each method needs a caller.
  return {
    writing: writing.size > 0 ? [...writing] : [...reading],
    reading: reading.size > 0 ? [...reading] : [...writing],
    choices,
  };
}

function namedMethod(service: AccessGraph['services'][number], name: string): Method {
  const method = service.methods.find((each) => methodName(each) === name);
  if (method === undefined) throw new WishError(unknownMethod(service, name));
  if (!isForUsers(method)) throw new WishError(`${method.shortName} has no user, and cannot call for one`);
  return method;
}

function isForUsers({ onBehalfOf }: Method): boolean {
  return onBehalfOf === 'user' || onBehalfOf === 'user or workload';
}
