import { getBorderCharacters, table } from 'table';
import type { Style } from './style.ts';

/** What every line of a story fits into. */
export const columns = 100;

const labelIndent = 6;
const labelWidth = 11;
const border = getBorderCharacters('void');
const plain = { border, drawHorizontalLine: () => false, columnDefault: { paddingLeft: 0, paddingRight: 0 } };

/** Sentences as lines, broken between words. */
export function paragraph(text: string): string[] {
  return linesOf(table([[text]], { ...plain, columns: [{ width: columns, wrapWord: true }] }));
}

/** Labels at the left, what belongs to them at the right. Rows without a text are left out. */
export function labelled(
  rows: readonly (readonly [label: string, text: string])[],
  { colors }: Pick<Style, 'colors'>,
  { indent, label } = { indent: labelIndent, label: labelWidth },
): string[] {
  const shown = rows.filter(([, text]) => text !== '').map(([name, text]) => [colors.dim(name), text]);
  if (shown.length === 0) return [];
  const width = columns - indent - label - 1;
  const names = { width: label, paddingLeft: indent, paddingRight: 1 };
  return linesOf(table(shown, { ...plain, columns: [names, { width, wrapWord: true }] }));
}

/** A table with a head; every column but the first is aligned to the right. */
export function figures(head: readonly string[], rows: readonly (readonly string[])[], { colors }: Style): string[] {
  const cells = [head.map((text) => colors.dim(text)), ...rows.map((row) => [...row])];
  const shape = head.map((_text, index) => ({
    alignment: index === 0 ? ('left' as const) : ('right' as const),
    paddingLeft: index === 0 ? labelIndent : 3,
  }));
  return linesOf(table(cells, { ...plain, columns: shape }));
}

/** A list with a head, as wide as its longest cells. */
export function listing(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { colors }: Pick<Style, 'colors'>,
): string {
  const shape = { ...plain, columnDefault: { paddingLeft: 0, paddingRight: 2 } };
  return linesOf(table([head.map((text) => colors.dim(text)), ...rows.map((row) => [...row])], shape)).join('\n');
}

export function heading(number: number, title: string, { colors }: Style): string[] {
  return ['', colors.bold(`${number}. ${title}`), ''];
}

function linesOf(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}
