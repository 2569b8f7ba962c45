import { ts } from 'ts-morph';
import type { Contracts } from './contracts.ts';

/** How deep an object with a client in it is looked into where it is passed on as something else. */
const deepest = 2;

/**
 * Finds uses of clients' methods. Types that are made from a definition (`SecureClient`, `Pick` of it, the rest of a
 * destructured one) have members that are declared there, which is how they are known.
 */
export function createClientMembers(checker: ts.TypeChecker, { methods }: Contracts) {
  const methodOf = (symbol: ts.Symbol | undefined): string | undefined =>
    symbol?.declarations?.map((declaration) => methods.get(declaration)).find((method) => method !== undefined);

  const memberOf = (type: ts.Type, name: string): string[] => {
    const method = methodOf(type.getProperty(name));
    return method === undefined ? [] : [method];
  };

  /** `inventory.getStock`, `inventory['getStock']`, `inventory[step]` with a step that is one of several, `{ getStock }`. */
  function membersRead(node: ts.Node): string[] {
    if (ts.isPropertyAccessExpression(node)) {
      const method = methodOf(checker.getSymbolAtLocation(node.name));
      return method === undefined ? [] : [method];
    }
    if (ts.isElementAccessExpression(node)) {
      const names = checker.getTypeAtLocation(node.argumentExpression);
      const each = names.isUnion() ? names.types : [names];
      const of = checker.getTypeAtLocation(node.expression);
      return each.flatMap((name) => (name.isStringLiteral() ? memberOf(of, name.value) : []));
    }
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      return ts.isIdentifier(name) ? memberOf(checker.getTypeAtLocation(node.parent), name.text) : [];
    }
    return [];
  }

  /** A client that is passed on as an interface of one's own: whatever that has of it counts as used. */
  function membersPassedOn(from: ts.Type, to: ts.Type, depth: number): string[] {
    const expected = checker.getNonNullableType(to);
    if (from === expected || depth > deepest || !(expected.flags & ts.TypeFlags.Object)) return [];
    return expected.getProperties().flatMap((target) => {
      const source = from.getProperty(target.name);
      if (source === undefined) return [];
      const method = methodOf(source);
      if (method !== undefined) return methodOf(target) === undefined ? [method] : [];
      return membersPassedOn(checker.getTypeOfSymbol(source), checker.getTypeOfSymbol(target), depth + 1);
    });
  }

  return {
    /** The full names of the methods whose clients this piece of code uses; it is asked of each piece once. */
    usedBy(node: ts.Node): string[] {
      const read = membersRead(node);
      if (read.length > 0 || !isPassedOn(node)) return read;
      const expected = checker.getContextualType(node);
      return expected === undefined ? [] : membersPassedOn(checker.getTypeAtLocation(node), expected, 0);
    },
  };
}

function isPassedOn(node: ts.Node): node is ts.Expression {
  const isPlain = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isCallExpression(node);
  if (!isPlain) return false;
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== node;
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) return parent.initializer === node;
  return ts.isShorthandPropertyAssignment(parent) || ts.isReturnStatement(parent) || ts.isArrowFunction(parent);
}
