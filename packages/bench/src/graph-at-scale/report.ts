import { table } from 'table';

export interface Row {
  readonly what: string;
  /** For the shop and for the big graph; in the same unit. */
  readonly shop: number;
  readonly big: number;
  readonly unit: string;
}

/** The rows with how many times as much the big graph takes. */
export function comparisonTable(rows: readonly Row[]): string {
  return table(
    [
      ['', 'shop', '500 services', 'ratio'],
      ...rows.map(({ what, shop, big, unit }) => [
        what,
        `${rounded(shop)} ${unit}`.trim(),
        `${rounded(big)} ${unit}`.trim(),
        `${rounded(big / shop)} ×`,
      ]),
    ],
    {
      columns: { 1: { alignment: 'right' }, 2: { alignment: 'right' }, 3: { alignment: 'right' } },
      drawHorizontalLine: (line, lines) => line <= 1 || line === lines,
    },
  );
}

function rounded(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
