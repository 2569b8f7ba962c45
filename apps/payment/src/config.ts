import { type Address, hostAndPort, parseEnvironment } from '@zt/kit/service';
import { z } from 'zod';

export interface PaymentConfig {
  /** Where the card network's notices arrive. */
  readonly publicAddress: Address;
  /** `https://host:port` */
  readonly cardNetworkUrl: string;
  /** PEM of the card network's own authority, and of no other. */
  readonly cardNetworkCaFile: string;
}

const environment = z.object({
  PUBLIC_ADDRESS: hostAndPort,
  CARD_NETWORK_URL: z.url({ protocol: /^https$/, error: 'is not an https URL' }),
  CARD_NETWORK_CA_FILE: z.string().min(1),
});

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parsePaymentConfig(env: NodeJS.ProcessEnv): PaymentConfig {
  const { PUBLIC_ADDRESS, CARD_NETWORK_URL, CARD_NETWORK_CA_FILE } = parseEnvironment(environment, env);
  return Object.freeze({
    publicAddress: PUBLIC_ADDRESS,
    cardNetworkUrl: CARD_NETWORK_URL.replace(/\/$/, ''),
    cardNetworkCaFile: CARD_NETWORK_CA_FILE,
  });
}
