import { z } from 'zod';

/** An object with these fields and no others. What else came is not named: it may be anything. */
function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `has a field that is not known; known are ${known}` : undefined,
  });
}

const visibleAscii = (from: number, to: number, means: string) =>
  z.string().regex(new RegExp(`^[\\x21-\\x7e]{${from},${to}}$`), means);

const largestAmount = 1e12;
const currency = z.literal('EUR');

const amount = fields({ currency, minorUnits: z.int().min(1).max(largestAmount) }).meta({
  description: 'Money in the smallest unit of its currency: 750 is 7.50.',
});
const balance = fields({ currency, minorUnits: z.int().min(0).max(largestAmount) });

export const sku = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'has lower-case letters, digits and single hyphens between them');
export const orderId = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'has to be a UUID in lower case')
  .meta({ format: 'uuid' });
export const userId = visibleAscii(1, 255, 'has 1 to 255 visible ASCII characters');
export const idempotencyKey = visibleAscii(8, 64, 'has 8 to 64 visible ASCII characters').meta({
  description: 'Chosen by the client. The same key with the same body gives the first answer again.',
});
export const purpose = z
  .string()
  .regex(/^[\x20-\x7e]{4,128}$/, 'has 4 to 128 printable ASCII characters')
  .meta({ description: 'What the order is read for, such as the number of a ticket. It is kept in the ledger.' });
export const pageSize = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, 'has to be a whole number from 1 to 100')
  .transform(Number)
  .pipe(z.int().min(1).max(100))
  .optional()
  .meta({ description: 'How many orders to show at once; 20 where it is missing.' });
export const pageToken = visibleAscii(1, 512, 'has to be the nextPageToken of a page before')
  .optional()
  .meta({ description: 'The nextPageToken of the page before.' });

const line = fields({ sku, quantity: z.int().min(1).max(1000) });
const lines = z.array(line).min(1).max(50);

export const newOrder = fields({
  lines,
  total: amount.meta({ description: 'What the customer agreed to pay. Goods that cost anything else are not sold.' }),
});
export const newRefund = fields({ amount });

const orderFields = {
  orderId,
  status: z.enum(['pending', 'confirmed', 'rejected', 'cancelled']),
  lines,
  total: amount,
  placedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable().meta({ description: 'When the card network paid out; null before.' }),
  refunded: balance.meta({ description: 'How much of the total was given back.' }),
  rejectedBecause: z.string().optional(),
};
const nextPageToken = z.string().nullable().meta({ description: 'Null on the last page.' });

export const order = fields(orderFields);
export const orders = fields({ orders: z.array(order), nextPageToken });
export const supportOrder = fields({ ...orderFields, userId });
export const supportOrders = fields({ orders: z.array(supportOrder), nextPageToken });
export const stock = fields({ sku, name: z.string(), available: z.int(), unitPrice: balance });
export const health = fields({ status: z.literal('ok') });

const fault = fields({
  pointer: z.string().optional().meta({ description: 'Where in the body, as a JSON Pointer (RFC 6901) after #.' }),
  parameter: z.string().optional().meta({ description: 'Which part of the path or the query.' }),
  header: z.string().optional().meta({ description: 'Which header.' }),
  detail: z.string(),
});

/** A failed request as RFC 9457 writes it (section 3). */
export const problem = fields({
  type: z.string().meta({ format: 'uri-reference' }),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  decisionId: z
    .string()
    .optional()
    .meta({ description: 'What to ask the operator about; missing where nothing was decided.' }),
  errors: z.array(fault).optional().meta({ description: 'All that is wrong with the request.' }),
  'violated-policies': z.array(z.string()).optional().meta({ description: 'The limits that were passed.' }),
});

/** By their names in the OpenAPI document. */
export const namedSchemas = {
  Money: amount,
  NewOrder: newOrder,
  NewRefund: newRefund,
  Order: order,
  Orders: orders,
  SupportOrder: supportOrder,
  SupportOrders: supportOrders,
  Stock: stock,
  Health: health,
  Problem: problem,
} as const;
