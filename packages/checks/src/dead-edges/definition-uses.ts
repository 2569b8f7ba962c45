import { ts } from 'ts-morph';
import type { UseIn } from './code-use.ts';
import type { Contracts } from './contracts.ts';

/** Says what code does with a definition such as `OrderServiceService`, or with ts-proto's own `OrderServiceClient`. */
export function createDefinitionUses(checker: ts.TypeChecker, { apis }: Contracts) {
  function apiOf(node: ts.Identifier): string | undefined {
    const symbol = checker.getSymbolAtLocation(node);
    const target =
      symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return target?.declarations?.map((declaration) => apis.get(declaration)).find((api) => api !== undefined);
  }

  /** `connect` or `serve` of the kit, whatever it is called here. */
  function kitMethodOf(call: ts.CallExpression): string | undefined {
    const declaration = checker.getResolvedSignature(call)?.declaration;
    if (declaration === undefined || !ts.isMethodSignature(declaration)) return undefined;
    const ofKit = ts.isInterfaceDeclaration(declaration.parent) && declaration.parent.name.text === 'Kit';
    return ofKit ? declaration.name.getText() : undefined;
  }

  return {
    useOf(node: ts.Node): UseIn | undefined {
      if (!ts.isIdentifier(node) || !isValue(node)) return undefined;
      const api = apiOf(node);
      if (api === undefined) return undefined;
      const call = node.parent;
      if (!ts.isCallExpression(call) || call.arguments[0] !== node) return { kind: 'unclear', api };
      const [, named] = call.arguments;
      const type = named === undefined ? undefined : checker.getTypeAtLocation(named);
      switch (kitMethodOf(call)) {
        case 'connect':
          return type?.isStringLiteral() === true
            ? { kind: 'connects', api, service: type.value }
            : { kind: 'unclear', api };
        case 'serve':
          return { kind: 'serves', api };
        default:
          return { kind: 'unclear', api };
      }
    },
  };
}

/** Not an import, not part of a type, and not `OrderServiceService` in `OrderServiceService.placeOrder`. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent)) return false;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) return parent.expression !== node;
  return ts.isExpression(node) && !ts.isPartOfTypeNode(node) && !ts.isTypeQueryNode(parent);
}
