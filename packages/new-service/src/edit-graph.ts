import { type ObjectLiteralExpression, type SourceFile, SyntaxKind } from 'ts-morph';
import type { ServicePlan } from './service-plan.ts';
import { initializerOf, objectIn, parseSource } from './source-file.ts';

export const graphFile = 'packages/access-graph/src/access-graph.ts';

/** Adds a service to the text of the access graph, and itself to the callers of what it calls. */
export function editGraph(text: string, plan: ServicePlan): string {
  const source = parseSource(graphFile, text);
  const { names, callees } = plan;
  for (const { service, method } of callees) {
    const callers = callersIn(servicesIn(source), service, method);
    callers.addElement(`'${names.name}.${plan.methods[0]?.name}'`);
  }
  insertEntry(source, plan);
  return source.getFullText();
}

function servicesIn(source: SourceFile): ObjectLiteralExpression {
  const [call] = source
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .filter((each) => each.getExpression().getText() === 'defineGraph');
  const graph = call?.getArguments()[0]?.asKind(SyntaxKind.ObjectLiteralExpression);
  if (graph === undefined) throw new Error(`${graphFile} does not call defineGraph with an object`);
  return objectIn(graph, 'services');
}

function callersIn(services: ObjectLiteralExpression, service: string, method: string) {
  const rule = objectIn(objectIn(objectIn(services, service), 'methods'), method);
  return initializerOf(rule, 'callers').asKindOrThrow(SyntaxKind.ArrayLiteralExpression);
}

/** After the last of those that it has to do with, so that it stands among them. */
function insertEntry(source: SourceFile, plan: ServicePlan): void {
  const neighbours = new Set([...plan.callers, ...plan.callees.map(({ service }) => service)]);
  const entries = servicesIn(source).getProperties();
  const before = entries.findLast((entry) => {
    const name = entry.asKind(SyntaxKind.PropertyAssignment)?.getNameNode();
    return neighbours.has(name?.asKind(SyntaxKind.StringLiteral)?.getLiteralText() ?? name?.getText() ?? '');
  });
  if (before === undefined) throw new Error(`${graphFile} has none of ${[...neighbours].join(', ')}`);
  const end = before.getEnd();
  const comma = source.getFullText()[end] === ',' ? 1 : 0;
  source.insertText(end + comma, `${comma === 1 ? '' : ','}\n\n${entryOf(plan)},`);
}

function entryOf({ names, about, methods, database }: ServicePlan): string {
  const rules = methods.map(
    ({ name, callers, scope, record }) =>
      `${name}: { callers: [${callers.map((caller) => `'${caller}'`).join(', ')}], for: 'user', scopes: ['${scope}'], record: '${record}' },`,
  );
  const key = names.name === names.camel ? names.name : `'${names.name}'`;
  return `    ${key}: {
      about: ${JSON.stringify(about)},
      api: '${names.api}',
      methods: {
        ${rules.join('\n        ')}
      },
${database ? `      tables: { ${names.table}: ['select', 'insert'] },\n` : ''}    }`;
}
