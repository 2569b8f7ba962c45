import { type AccessGraph, policyData } from '@zt/access-graph';
import { createOpaAuthorizer, type PolicyInput } from '@zt/kit/authz';
import { policyWasm } from '@zt/policy';
import { createCalls } from './calls.ts';

/**
 * An allowed and a refused call with a user's token that came over one other service, the one over most services, and a
 * call without a token of the method with the most callers. Throws where policy decides in another way than it should.
 */
export async function decisionsOf(graph: AccessGraph): Promise<Readonly<Record<string, () => unknown>>> {
  const calls = createCalls(graph);
  const authorizer = await createOpaAuthorizer({ wasm: policyWasm, data: policyData(graph) });
  const forUsers = callsIn(graph).filter(({ method }) => method.onBehalfOf === 'user' && method.roles === null);
  const short = forUsers.find(({ caller }) => calls.chainOf(caller).length === 2);
  const long = forUsers.toSorted(
    (first, second) => calls.chainOf(second.caller).length - calls.chainOf(first.caller).length,
  )[0];
  const popular = callsIn(graph)
    .filter(({ method }) => method.onBehalfOf === 'nobody')
    .toSorted((first, second) => second.callers.length - first.callers.length)[0];
  const last = popular?.callers.at(-1);
  const stranger = graph.services.find(
    ({ name }) =>
      short !== undefined &&
      !short.callers.includes(name) &&
      calls.chainOf(name).length > 0 &&
      name !== graph.entryPoint,
  );
  if (!short || !long || !popular || !last || !stranger) throw new TypeError('the graph lacks a call to measure');

  function decision(input: PolicyInput, allowed: boolean): () => unknown {
    const { allow, reasons } = authorizer.decide(input);
    if (allow !== allowed) throw new TypeError(`${input.method} is decided in another way: ${reasons.join()}`);
    return () => authorizer.decide(input);
  }

  return {
    'decide a call: allowed': decision(calls.callOf(short.service, short.method, short.caller), true),
    'decide a call: refused': decision(calls.callOf(short.service, short.method, stranger.name), false),
    'decide a call: allowed, over the most services': decision(
      calls.callOf(long.service, long.method, long.caller),
      true,
    ),
    'decide a call: allowed, the last of the most callers': decision(
      calls.callOf(popular.service, popular.method, last),
      true,
    ),
  };
}

function callsIn(graph: AccessGraph) {
  return graph.services.flatMap((service) =>
    service.methods.flatMap((method) => {
      const callers = method.callers.kind === 'workloads' ? method.callers.names : [];
      return callers.map((caller) => ({ service, method, caller, callers }));
    }),
  );
}
