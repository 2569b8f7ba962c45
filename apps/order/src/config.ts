import { address, parseEnvironment } from '@zt/kit/service';
import { z } from 'zod';

export interface OrderConfig {
  /** `host:port`, as are all addresses here. */
  readonly inventoryAddress: string;
  readonly paymentAddress: string;
}

const environment = z.object({ INVENTORY_ADDRESS: address, PAYMENT_ADDRESS: address });

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseOrderConfig(env: NodeJS.ProcessEnv): OrderConfig {
  const { INVENTORY_ADDRESS, PAYMENT_ADDRESS } = parseEnvironment(environment, env);
  return Object.freeze({ inventoryAddress: INVENTORY_ADDRESS, paymentAddress: PAYMENT_ADDRESS });
}
