import { z } from 'zod';

export interface GatewayConfig {
  /** Where people's HTTPS arrives. */
  readonly publicAddress: { readonly host: string; readonly port: number };
  /** The OpenID Provider whose user tokens are taken, and no others. */
  readonly issuer: string;
  /** `host:port` */
  readonly orderAddress: string;
  readonly inventoryAddress: string;
}

const address = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'is not host:port');
const environment = z.object({
  PUBLIC_ADDRESS: address,
  ISSUER: z.url({ protocol: /^https$/, error: 'is not an https URL' }),
  ORDER_ADDRESS: address,
  INVENTORY_ADDRESS: address,
});

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseGatewayConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const result = environment.safeParse(env);
  if (!result.success) throw new Error(`the environment of gateway is incomplete\n${z.prettifyError(result.error)}`);
  const { PUBLIC_ADDRESS, ISSUER, ORDER_ADDRESS, INVENTORY_ADDRESS } = result.data;
  const [host = '', port = ''] = PUBLIC_ADDRESS.split(':');
  return Object.freeze({
    publicAddress: Object.freeze({ host, port: Number(port) }),
    issuer: ISSUER,
    orderAddress: ORDER_ADDRESS,
    inventoryAddress: INVENTORY_ADDRESS,
  });
}
