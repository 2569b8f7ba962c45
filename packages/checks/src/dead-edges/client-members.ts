import { ts } from 'ts-morph';
import type { Contracts } from './contracts.ts';

/** How deep an object with a client in it is looked into where it is passed on as something else. */
const deepest = 2;

/**
 * Finds uses of clients' methods. Types that are made from a definition (`SecureClient`, `Pick` of it, the rest of a
 * destructured one) have members that are declared there, which is how they are known.
 */
export function createClientMembers(checker: ts.TypeChecker, { methods }: Contracts) {
  const names = new Set([...methods.keys()].map((member) => (member as ts.PropertyAssignment).name.getText()));

  const methodOf = (symbol: ts.Symbol | undefined): string | undefined =>
    symbol?.declarations?.map((declaration) => methods.get(declaration)).find((method) => method !== undefined);

  const memberOf = (type: ts.Type, name: string): string[] => {
    const method = methodOf(type.getProperty(name));
    return method === undefined ? [] : [method];
  };

  /** `inventory.getStock`, `inventory['getStock']`, `inventory[step]` with a step that is one of several, `{ getStock }`. */
  function membersRead(node: ts.Node): string[] {
    if (ts.isPropertyAccessExpression(node)) {
      if (!names.has(node.name.text)) return [];
      const method = methodOf(checker.getSymbolAtLocation(node.name));
      return method === undefined ? [] : [method];
    }
    if (ts.isElementAccessExpression(node)) {
      const name = checker.getTypeAtLocation(node.argumentExpression);
      const each = name.isUnion() ? name.types : [name];
      const of = checker.getTypeAtLocation(node.expression);
      return each.flatMap((one) => (one.isStringLiteral() ? memberOf(of, one.value) : []));
    }
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      return ts.isIdentifier(name) && names.has(name.text)
        ? memberOf(checker.getTypeAtLocation(node.parent), name.text)
        : [];
    }
    return [];
  }

  const known = new Map<ts.Type, boolean>();

  /** Whether it is a client, or an object with one in it. */
  function holdsClient(type: ts.Type): boolean {
    const holds = known.get(type) ?? looksDeep(type, 0);
    known.set(type, holds);
    return holds;
  }

  function looksDeep(type: ts.Type, depth: number): boolean {
    if (depth > deepest || !isOwnObject(type)) return false;
    const members = type.getProperties();
    return (
      members.some((member) => methodOf(member) !== undefined) ||
      members.some((member) => looksDeep(checker.getTypeOfSymbol(member), depth + 1))
    );
  }

  /** A client that is passed on as an interface of one's own: whatever that has of it counts as used. */
  function membersPassedOn(from: ts.Type, to: ts.Type, depth = 0): string[] {
    const expected = checker.getNonNullableType(to);
    if (from === expected || depth > deepest || !holdsClient(from)) return [];
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
      const type = checker.getTypeAtLocation(node);
      const expected = holdsClient(type) ? checker.getContextualType(node) : undefined;
      return expected === undefined ? [] : membersPassedOn(type, expected);
    },
  };
}

/** What packages declare holds no client. A `Pick` does, whoever declared that. */
function isOwnObject(type: ts.Type): boolean {
  if (!(type.flags & ts.TypeFlags.Object)) return false;
  if ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) return true;
  const [declaration] = type.symbol?.declarations ?? [];
  return declaration !== undefined && !declaration.getSourceFile().fileName.includes('/node_modules/');
}

function isPassedOn(node: ts.Node): node is ts.Expression {
  const isPlain = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isCallExpression(node);
  if (!isPlain) return false;
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === node && parent.type !== undefined;
  return ts.isShorthandPropertyAssignment(parent) || ts.isReturnStatement(parent) || ts.isArrowFunction(parent);
}
