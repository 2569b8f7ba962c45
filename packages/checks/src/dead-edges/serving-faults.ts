import type { AccessGraph } from '@zt/access-graph';
import { definitionOf, graphFile, isRpc, lastNameOf, type MethodOfService, methodsOfServices } from './graph-calls.ts';
import type { CheckedCode } from './read-code.ts';

/** Methods of the graph that no code serves: one sentence for each API and each method over HTTPS, with what to do. */
export function findServingFaults(graph: AccessGraph, { uses, texts }: Pick<CheckedCode, 'uses' | 'texts'>): string[] {
  const methods = methodsOfServices(graph);
  const isServed = ({ service, api }: MethodOfService): boolean =>
    uses.some((use) => use.kind === 'serves' && use.workload === service && use.api === api);
  const unserved = methods.filter((method) => isRpc(method) && !isServed(method));
  return [
    ...[...Map.groupBy(unserved, ({ api }) => api).values()].map(faultOfApi),
    ...methods
      .filter((method) => !isRpc(method))
      .flatMap((method) => faultOverHttps(method, texts.get(method.service))),
  ];
}

function faultOfApi(methods: readonly MethodOfService[]): string {
  const { service, api } = methods[0] as MethodOfService;
  const names = methods.map(({ method }) => method.shortName).join(', ');
  return (
    `${graphFile}: no code serves ${names}. Add kit.serve(${definitionOf(api)}, …) to apps/${service}/src/main.ts, or take ` +
    'what is not served out of the graph.'
  );
}

/** Policy is asked by name there, so the name is in the code. */
function faultOverHttps({ service, method }: MethodOfService, texts: ReadonlySet<string> | undefined): string[] {
  const names = [method.fullName, lastNameOf(method.fullName)];
  if (names.some((name) => texts?.has(name) === true)) return [];
  return [
    `${graphFile}: nothing in apps/${service}/src decides ${method.shortName}, which comes over HTTPS: no text there is ` +
      `'${names.join("' or '")}'. Serve it, or take the method out of the graph.`,
  ];
}
