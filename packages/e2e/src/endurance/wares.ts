import type { OrderRequest } from '../shop/shop-client.ts';

/** Who orders. */
export const users = ['alice', 'bob', 'fiona'] as const;

/** What is ordered, in turn: what the shop has so many of that days of orders don't use it up. */
export const wares: readonly OrderRequest[] = [
  { lines: [{ sku: 'tea-assam-100g', quantity: 1 }], total: { currency: 'EUR', minorUnits: 750 } },
  { lines: [{ sku: 'tea-sencha-100g', quantity: 2 }], total: { currency: 'EUR', minorUnits: 1980 } },
  {
    lines: [
      { sku: 'tea-assam-100g', quantity: 1 },
      { sku: 'tea-sencha-100g', quantity: 1 },
    ],
    total: { currency: 'EUR', minorUnits: 1740 },
  },
];
