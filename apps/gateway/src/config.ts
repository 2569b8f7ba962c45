import { type Address, address, hostAndPort, parseEnvironment } from '@zt/kit/service';
import { z } from 'zod';

export interface GatewayConfig {
  /** Where people's HTTPS arrives. */
  readonly publicAddress: Address;
  /** The OpenID Provider whose user tokens are taken, and no others. */
  readonly issuer: string;
  /** `host:port` */
  readonly orderAddress: string;
  readonly inventoryAddress: string;
}

const environment = z.object({
  PUBLIC_ADDRESS: hostAndPort,
  ISSUER: z.url({ protocol: /^https$/, error: 'is not an https URL' }),
  ORDER_ADDRESS: address,
  INVENTORY_ADDRESS: address,
});

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const { PUBLIC_ADDRESS, ISSUER, ORDER_ADDRESS, INVENTORY_ADDRESS } = parseEnvironment(environment, env);
  return Object.freeze({
    publicAddress: PUBLIC_ADDRESS,
    issuer: ISSUER,
    orderAddress: ORDER_ADDRESS,
    inventoryAddress: INVENTORY_ADDRESS,
  });
}
