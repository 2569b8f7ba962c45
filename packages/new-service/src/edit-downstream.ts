import { type SourceFile, SyntaxKind } from 'ts-morph';
import { uncapitalized } from './name-forms.ts';
import type { ServicePlan } from './service-plan.ts';
import { parseSource } from './source-file.ts';

/** Adds a client of the new service to a caller's `downstream.ts`. Throws where that file has another form. */
export function editDownstream(path: string, text: string, caller: string, plan: ServicePlan): string {
  const { names } = plan;
  const source = parseSource(path, text);
  source.addImportDeclaration({ moduleSpecifier: names.contract, namedImports: [names.definition] });
  source
    .getInterfaceOrThrow('Downstream')
    .addProperty({ name: names.camel, isReadonly: true, type: clientType(plan, caller) });
  clientsIn(source).addPropertyAssignment({
    name: names.camel,
    initializer: `kit.connect(${names.definition}, '${names.name}')`,
  });
  return source.getFullText();
}

/** The `downstream.ts` of a caller that called nobody before. */
export function firstDownstream(caller: string, plan: ServicePlan): string {
  const { names } = plan;
  return `import type { Kit, SecureClient } from '@zt/kit/service';
import { ${names.definition} } from '${names.contract}';

/** The services that ${caller} calls. */
export interface Downstream {
  readonly ${names.camel}: ${clientType(plan, caller)};
}

export function connectDownstream(kit: Kit): Downstream {
  return { ${names.camel}: kit.connect(${names.definition}, '${names.name}') };
}
`;
}

/** Makes a caller that called nobody before connect to others when it starts. */
export function editMain(path: string, text: string): string {
  const source = parseSource(path, text);
  source.addImportDeclaration({ moduleSpecifier: './downstream.ts', namedImports: ['connectDownstream'] });
  const start = source
    .getDescendantsOfKind(SyntaxKind.PropertyAssignment)
    .find((property) => property.getName() === 'start')
    ?.getInitializerIfKind(SyntaxKind.ArrowFunction);
  const [kit] = start?.getParameters() ?? [];
  const body = start?.getBody().asKind(SyntaxKind.Block);
  if (kit === undefined || body === undefined) throw new Error(`${path} has no start: async (kit) => { … }`);
  body.insertStatements(0, ['// To be handed to whatever makes the calls.', `connectDownstream(${kit.getName()});`]);
  return source.getFullText();
}

/** Of the methods only those that the graph lets the caller call. */
function clientType({ names, methods }: ServicePlan, caller: string): string {
  const called = methods.filter(({ callers }) => callers.some((each) => each.startsWith(`${caller}.`)));
  const client = `SecureClient<typeof ${names.definition}>`;
  if (called.length === methods.length) return client;
  return `Pick<${client}, ${called.map(({ name }) => `'${uncapitalized(name)}'`).join(' | ')}>`;
}

/** The object that `connectDownstream` gives. */
function clientsIn(source: SourceFile) {
  const connect = source.getFunctionOrThrow('connectDownstream');
  const [statement] = connect.getDescendantsOfKind(SyntaxKind.ReturnStatement);
  const clients = statement?.getExpressionIfKind(SyntaxKind.ObjectLiteralExpression);
  if (clients === undefined) throw new Error(`${source.getBaseName()}: connectDownstream does not return an object`);
  return clients;
}
