import { whyNoService } from '@zt/access-graph';
import { ts } from 'ts-morph';
import { nameForms } from './name-forms.ts';

const longest = 40;
const pattern = /^[a-z]+(-[a-z]+)*$/;

/** Names of files that every service may have. */
const filesOfServices = new Set(['main', 'config', 'downstream', 'testing']);
/** A table or a machine cannot be called so, or not without being taken for something else. */
const namesOfOthers = new Set(['localhost', 'user', 'is', 'as', 'overlaps', 'references']);
/** What generated files call by these names, or TypeScript does. */
const typesInUse = new Set([
  ...['BusinessError', 'CallContext', 'CallError', 'Database', 'Downstream', 'Implementation', 'Kit', 'Resources'],
  ...['SecureClient', 'TestDatabase', 'TestService', 'Exclude', 'Extract', 'Omit', 'Partial', 'Pick', 'Readonly'],
  ...['Record', 'Required', 'Timestamp', 'Row'],
]);

/** What is wrong with the name of a new service, as the end of a sentence; null where nothing is. */
export function faultOfName(name: string, taken: ReadonlyMap<string, string>): string | null {
  if (!pattern.test(name) || name.length > longest) {
    return `is no name for a service: that is up to ${longest} lower-case letters, in words with hyphens between them`;
  }
  const { camel, pascal, snake } = nameForms(name);
  const taker = taken.get(name) ?? taken.get(snake);
  if (taker !== undefined) return `is taken: ${taker}`;
  if (name.endsWith('-owner')) return 'would be the name of a database’s owner';
  if (filesOfServices.has(name)) return `would need two files called ${name}.ts`;
  const kept = whyNoService(name);
  if (kept !== null) return `cannot be the name of a service: ${kept}`;
  if (namesOfOthers.has(name)) return 'is a word of SQL, or the name of every machine for itself';
  if (isReservedWord(camel)) return 'is a word of TypeScript';
  if (typesInUse.has(pascal) || pascal in globalThis) return `would hide what ${pascal} is in TypeScript`;
  return null;
}

/** Whether no variable can have this name. */
export function isReservedWord(text: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const kind = scanner.scan();
  return kind >= ts.SyntaxKind.FirstReservedWord && kind <= ts.SyntaxKind.LastFutureReservedWord;
}
