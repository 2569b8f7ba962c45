import { type Address, address, hostAndPort, parseEnvironment } from '@zt/kit/service';
import { z } from 'zod';

export interface GatewayConfig {
  /** Where people's HTTPS arrives. */
  readonly publicAddress: Address;
  /** `host:port` */
  readonly orderAddress: string;
  readonly inventoryAddress: string;
}

const environment = z.object({
  PUBLIC_ADDRESS: hostAndPort,
  ORDER_ADDRESS: address,
  INVENTORY_ADDRESS: address,
});

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const { PUBLIC_ADDRESS, ORDER_ADDRESS, INVENTORY_ADDRESS } = parseEnvironment(environment, env);
  return Object.freeze({
    publicAddress: PUBLIC_ADDRESS,
    orderAddress: ORDER_ADDRESS,
    inventoryAddress: INVENTORY_ADDRESS,
  });
}
