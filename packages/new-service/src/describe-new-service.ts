import type { NewService } from './new-service.ts';
import { serviceOf } from './service-plan.ts';

/** What was written and chosen, and what to do next: lines for a terminal. `entryPoint` is where users come in. */
export function describeNewService(
  { plan, touched }: NewService,
  { entryPoint, seconds }: { readonly entryPoint: string; readonly seconds: number },
): string[] {
  const { names, callers, choices, methods } = plan;
  const files = touched ?? [];
  const added = files.filter(({ isNew }) => isNew).length;
  const [first] = methods;
  const caller = serviceOf(first?.callers[0] ?? entryPoint);
  return [
    '',
    ...files.map(({ path, isNew }) => `${isNew ? 'new    ' : 'changed'} ${path}`),
    '',
    `${names.name} is there after ${seconds.toFixed(1)} s: ${added} new files, ${files.length - added} changed.`,
    ...choices.map((choice) => `- ${choice}`),
    ...callers.map(
      (name) =>
        `- ${name} may call it and has a client of it in apps/${name}/src/downstream.ts; the call is yours to write`,
    ),
    ...(callers.includes(entryPoint)
      ? [
          `- ${entryPoint} has no new HTTP route: one is an entry in apps/${entryPoint}/src/operations.ts and its handler`,
        ]
      : []),
    '',
    'Next:',
    `  npx -y pnpm@12 --filter @zt/${names.name} test`,
    '  npx -y pnpm@12 zt graph diff HEAD',
    '  npx -y pnpm@12 zt up --detach',
    `  npx -y pnpm@12 zt call ${caller} ${names.name}.${first?.name} --user alice --data '${JSON.stringify(exampleOf(plan))}'`,
    '',
    `Then make it yours: proto/${names.snake}/v1/${names.snake}.proto, apps/${names.name}, and its rules in packages/access-graph/src/access-graph.ts.`,
  ];
}

function exampleOf({ names, database, callees }: NewService['plan']): Readonly<Record<string, unknown>> {
  return {
    ...(database ? { [`${names.camel}Id`]: `${names.name}-0001` } : {}),
    ...Object.fromEntries(callees.map(({ field, request }) => [field.camel, request.example])),
  };
}
