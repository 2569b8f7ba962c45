import { BusinessError } from '@zt/kit/errors';
import type { Queryable } from '@zt/kit/vault';
import { inSkuOrder, type Line, type PricedLine } from './inventory.ts';

/** Takes all lines out of the stock, and says what each costs; throws where a product is unknown or not enough of it is left. */
export async function take(transaction: Queryable, lines: readonly Line[]): Promise<readonly PricedLine[]> {
  const taken: PricedLine[] = [];
  for (const line of inSkuOrder(lines)) taken.push(await takeLine(transaction, line));
  return taken;
}

/** Puts lines back into the stock; the same sku may be in several of them. */
export async function giveBack(transaction: Queryable, lines: readonly Line[]): Promise<void> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  for (const { sku, quantity } of inSkuOrder([...quantities].map(([sku, quantity]) => ({ sku, quantity })))) {
    await transaction.query('update stock set available = available + $2 where sku = $1', [sku, quantity]);
  }
}

async function takeLine(transaction: Queryable, line: Line): Promise<PricedLine> {
  const [taken] = await transaction.query<{ unit_price_minor_units: string }>(
    `update stock set available = available - $2 where sku = $1 and available >= $2 returning unit_price_minor_units`,
    [line.sku, line.quantity],
  );
  if (taken !== undefined) return { ...line, unitPriceMinorUnits: Number(taken.unit_price_minor_units) };
  const known = await transaction.query('select sku from stock where sku = $1', [line.sku]);
  if (known.length === 0) throw new BusinessError('not_found', `There is no product ${line.sku}.`);
  throw new BusinessError('not_possible', `There is not enough of ${line.sku} in stock.`);
}
