import { ts } from 'ts-morph';

/** What a string or template says as a whole, `a` + `b` too, with `?` for all that is put into it; undefined inside one. */
export function stringTextOf(node: ts.Node): string | undefined {
  if (isConcatenation(node.parent)) return undefined;
  const text = partsOf(node);
  return text;
}

function partsOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `?${literal.text}`).join('');
  }
  if (!isConcatenation(node)) return undefined;
  const [left, right] = [partsOf(node.left), partsOf(node.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? '?'}${right ?? '?'}`;
}

function isConcatenation(node: ts.Node | undefined): node is ts.BinaryExpression {
  return node !== undefined && ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}
