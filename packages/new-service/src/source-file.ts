import { type Node, type ObjectLiteralExpression, Project, type SourceFile, SyntaxKind } from 'ts-morph';

/** A file's syntax, to be changed and written out again: what is not touched stays as it is, comments too. */
export function parseSource(path: string, text: string): SourceFile {
  return new Project({ useInMemoryFileSystem: true }).createSourceFile(path, text);
}

/** The object that a property has as its value. Throws where there is none. */
export function objectIn(object: ObjectLiteralExpression, name: string): ObjectLiteralExpression {
  return initializerOf(object, name).asKindOrThrow(SyntaxKind.ObjectLiteralExpression);
}

/** What a property has as its value. Throws where there is none. */
export function initializerOf(object: ObjectLiteralExpression, name: string): Node {
  const property = object.getProperty(name) ?? object.getProperty(`'${name}'`);
  return (
    property?.asKindOrThrow(SyntaxKind.PropertyAssignment, `${name} has no value of its own`).getInitializerOrThrow() ??
    absent(object, name)
  );
}

function absent(object: ObjectLiteralExpression, name: string): never {
  throw new Error(`${object.getSourceFile().getBaseName()} has no ${name} where it should be`);
}
