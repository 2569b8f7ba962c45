import { ts } from 'ts-morph';

/** A method that a file in `proto` has. */
export interface Rpc {
  /** `/order.v1.OrderService/PlaceOrder` */
  readonly fullName: string;
  readonly api: string;
  /** `proto/order/v1/order.proto` */
  readonly file: string;
}

/** The contracts as generated code has them, and what in code stands for which of them. */
export interface Contracts {
  readonly rpcs: readonly Rpc[];
  /** By the declaration of a member such as `OrderServiceService.placeOrder`: its full name. */
  readonly methods: ReadonlyMap<ts.Node, string>;
  /** By the declaration of `OrderServiceService`, and of `OrderServiceClient`: the API. */
  readonly apis: ReadonlyMap<ts.Node, string>;
}

/** Reads them from what ts-proto writes; `generated` is the files below `proto/gen`, by their paths from the root. */
export function readContracts(generated: ReadonlyMap<string, ts.SourceFile>): Contracts {
  const rpcs: Rpc[] = [];
  const methods = new Map<ts.Node, string>();
  const apis = new Map<ts.Node, string>();
  for (const [path, file] of generated) {
    const apiByName = new Map<string, string>();
    for (const declaration of file.statements.filter(ts.isVariableStatement).flatMap(declarationsOf)) {
      const api = apiByName.get(clientsDefinition(declaration) ?? '');
      if (api !== undefined) apis.set(declaration, api);
      for (const member of membersOf(declaration)) {
        const fullName = pathOf(member);
        if (fullName === undefined) continue;
        const ofApi = fullName.split('/')[1] ?? '';
        rpcs.push({ fullName, api: ofApi, file: path.replace(/^proto\/gen\//, 'proto/').replace(/\.ts$/, '.proto') });
        methods.set(member, fullName);
        apis.set(declaration, ofApi);
        apiByName.set(declaration.name.getText(), ofApi);
      }
    }
  }
  return { rpcs, methods, apis };
}

function declarationsOf(statement: ts.VariableStatement): readonly ts.VariableDeclaration[] {
  return statement.declarationList.declarations;
}

/** `OrderServiceService` of `makeGenericClientConstructor(OrderServiceService, …)`. */
function clientsDefinition({ initializer }: ts.VariableDeclaration): string | undefined {
  return /^makeGenericClientConstructor\(\s*(\w+)/.exec(initializer?.getText() ?? '')?.[1];
}

function membersOf({ initializer }: ts.VariableDeclaration): readonly ts.PropertyAssignment[] {
  return propertiesOf(initializer);
}

function propertiesOf(node: ts.Expression | undefined): readonly ts.PropertyAssignment[] {
  const inner = node !== undefined && ts.isAsExpression(node) ? node.expression : node;
  if (inner === undefined || !ts.isObjectLiteralExpression(inner)) return [];
  return inner.properties.filter(ts.isPropertyAssignment);
}

function pathOf(member: ts.PropertyAssignment): string | undefined {
  const path = propertiesOf(member.initializer).find(({ name }) => name.getText() === 'path')?.initializer;
  const text = path !== undefined && ts.isAsExpression(path) ? path.expression : path;
  return text !== undefined && ts.isStringLiteral(text) ? text.text : undefined;
}
