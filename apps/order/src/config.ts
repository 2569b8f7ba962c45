import { z } from 'zod';

export interface OrderConfig {
  /** `host:port`, as are all addresses here. */
  readonly inventoryAddress: string;
  readonly paymentAddress: string;
}

const address = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'is not host:port');
const environment = z.object({ INVENTORY_ADDRESS: address, PAYMENT_ADDRESS: address });

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseOrderConfig(env: Readonly<Record<string, string | undefined>>): OrderConfig {
  const result = environment.safeParse(env);
  if (!result.success) throw new Error(`the environment of order is incomplete\n${z.prettifyError(result.error)}`);
  return Object.freeze({
    inventoryAddress: result.data.INVENTORY_ADDRESS,
    paymentAddress: result.data.PAYMENT_ADDRESS,
  });
}
