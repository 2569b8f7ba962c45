import { ts } from 'ts-morph';
import type { UseIn } from './code-use.ts';
import type { Contracts } from './contracts.ts';
import { apiOf } from './graph-calls.ts';

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

  /** The names that this may stand for: one, or several where a type says so. */
  function namesOf(node: ts.Node): string[] {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) return [node.text];
    return ts.isComputedPropertyName(node) ? literalsOf(node.expression) : [];
  }

  function literalsOf(node: ts.Expression): string[] {
    const type = checker.getTypeAtLocation(node);
    const wide = checker.getBaseConstraintOfType(type) ?? type;
    return (wide.isUnion() ? wide.types : [wide]).flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
  }

  /** `inventory.getStock`, `inventory['getStock']`, `inventory[step]` with a step that is one of several, `{ getStock }`. */
  function membersRead(node: ts.Node): string[] {
    if (ts.isPropertyAccessExpression(node)) {
      if (!names.has(node.name.text)) return [];
      const method = methodOf(checker.getSymbolAtLocation(node.name));
      return method === undefined ? [] : [method];
    }
    if (ts.isElementAccessExpression(node)) {
      const of = checker.getTypeAtLocation(node.expression);
      return literalsOf(node.argumentExpression).flatMap((name) => memberOf(of, name));
    }
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const of = checker.getTypeAtLocation(node.parent);
      return namesOf(node.propertyName ?? node.name).flatMap((name) => memberOf(of, name));
    }
    return isAssignment(node) ? membersTaken(node.left, checker.getTypeAtLocation(node.right)) : [];
  }

  /** `({ getStock: look } = inventory)`, however deep. */
  function membersTaken(pattern: ts.Expression, from: ts.Type): string[] {
    if (!ts.isObjectLiteralExpression(pattern)) return [];
    return pattern.properties.flatMap((property) => {
      if (property.name === undefined) return [];
      return namesOf(property.name).flatMap((name) => {
        const member = from.getProperty(name);
        const inner = ts.isPropertyAssignment(property) ? property.initializer : undefined;
        const below =
          member === undefined || inner === undefined ? [] : membersTaken(inner, checker.getTypeOfSymbol(member));
        return [...memberOf(from, name), ...below];
      });
    });
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
  function usesPassedOn(from: ts.Type, to: ts.Type, depth = 0): UseIn[] {
    if (from === to || depth > deepest || !holdsClient(from)) return [];
    const api = apiOfClient(from);
    if (api !== undefined && hidesMembers(to)) return [{ kind: 'unclear', api }];
    const expected = checker.getNonNullableType(to);
    if (from === expected) return [];
    return expected.getProperties().flatMap((target): UseIn[] => {
      const source = from.getProperty(target.name);
      if (source === undefined) return [];
      const method = methodOf(source);
      if (method !== undefined) return methodOf(target) === undefined ? [{ kind: 'calls', method }] : [];
      return usesPassedOn(checker.getTypeOfSymbol(source), checker.getTypeOfSymbol(target), depth + 1);
    });
  }

  /** Undefined where it is no client itself. */
  function apiOfClient(type: ts.Type): string | undefined {
    const method = type
      .getProperties()
      .map(methodOf)
      .find((each) => each !== undefined);
    return method === undefined ? undefined : apiOf(method);
  }

  /** Whether it takes an object without saying what it does with which member: `unknown`, `object`, any key at all. */
  function hidesMembers(type: ts.Type): boolean {
    if (type.isUnion()) return type.types.some(hidesMembers);
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) return true;
    return checker.getIndexInfosOfType(type).length > 0;
  }

  /** Such as `Reflect.get`: what it does with an object is in no code here. */
  function isGivenToOthers(node: ts.Expression): boolean {
    const { parent } = node;
    if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) return false;
    const called = checker.getResolvedSignature(parent)?.declaration;
    return called !== undefined && isOfOthers(called);
  }

  return {
    /** What this piece of code does with a client's methods; it is asked of each piece once. */
    usedBy(node: ts.Node): UseIn[] {
      const read = membersRead(node);
      if (read.length > 0) return read.map((method) => ({ kind: 'calls', method }));
      if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node))
        return usesPassedOn(checker.getTypeAtLocation(node.expression), checker.getTypeAtLocation(node));
      if (!isPassedOn(node)) return [];
      const type = checker.getTypeAtLocation(node);
      if (!holdsClient(type)) return [];
      const api = apiOfClient(type);
      if (api !== undefined && isGivenToOthers(node)) return [{ kind: 'unclear', api }];
      const expected = checker.getContextualType(node);
      return expected === undefined ? [] : usesPassedOn(type, expected);
    },
  };
}

/** What packages declare holds no client. A `Pick` does, whoever declared that. */
function isOwnObject(type: ts.Type): boolean {
  if (!(type.flags & ts.TypeFlags.Object)) return false;
  if ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) return true;
  const [declaration] = type.symbol?.declarations ?? [];
  return declaration !== undefined && !isOfOthers(declaration);
}

function isOfOthers(declaration: ts.Node): boolean {
  return declaration.getSourceFile().fileName.includes('/node_modules/');
}

/** A value that may go somewhere as another type than its own. What is only named, or taken apart, is not. */
function isPassedOn(node: ts.Node): node is ts.Expression {
  const isPlain =
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isAwaitExpression(node);
  if (!isPlain) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) return false;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== node;
  if (ts.isAsExpression(parent) || ts.isTypeAssertionExpression(parent)) return false;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (isAssignment(parent) && ts.isObjectLiteralExpression(parent.left)) return false;
  if (ts.isVariableDeclaration(parent) && parent.type === undefined) return false;
  return !('name' in parent && parent.name === node);
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}
