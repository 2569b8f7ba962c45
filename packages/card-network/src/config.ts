import { z } from 'zod';

export interface CardNetworkConfig {
  /** Where merchants call, and where the operator does. */
  readonly door: Door;
  readonly adminDoor: Door;
  /** Everything that outlives a restart: books, keys, certificate. */
  readonly stateDirectory: string;
  /** `POST` of settlement notices. */
  readonly merchantUrl: string;
  /** PEM of the authorities that vouch for the merchant's certificate; read anew for each notice. */
  readonly merchantCaFile: string;
  /** How the merchant is named as the audience of notices. */
  readonly merchantAudience: string;
  /** From capture to settlement. */
  readonly settleAfterSeconds: number;
}

/** It listens at the address of the name and at no other, and its certificate is for the name. */
export interface Door {
  readonly host: string;
  readonly port: number;
}

const host = z.string().min(1).default('localhost');
const port = z.coerce.number().int().min(0).max(65535);
const environment = z.object({
  HOST: host,
  PORT: port,
  ADMIN_HOST: host,
  ADMIN_PORT: port,
  STATE_DIRECTORY: z.string().min(1),
  MERCHANT_URL: z.string().startsWith('https://'),
  MERCHANT_CA_FILE: z.string().min(1),
  MERCHANT_AUDIENCE: z.string().min(1),
  SETTLE_AFTER_SECONDS: z.coerce.number().min(0).max(86_400).default(5),
});

/** Reads the environment once. Throws an error that names each variable that is missing or wrong. */
export function parseCardNetworkConfig(env: NodeJS.ProcessEnv): CardNetworkConfig {
  const result = environment.safeParse(env);
  if (!result.success) {
    const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the environment of the card network is incomplete: ${wrong.join('; ')}`);
  }
  const { data } = result;
  return Object.freeze({
    door: { host: data.HOST, port: data.PORT },
    adminDoor: { host: data.ADMIN_HOST, port: data.ADMIN_PORT },
    stateDirectory: data.STATE_DIRECTORY,
    merchantUrl: data.MERCHANT_URL,
    merchantCaFile: data.MERCHANT_CA_FILE,
    merchantAudience: data.MERCHANT_AUDIENCE,
    settleAfterSeconds: data.SETTLE_AFTER_SECONDS,
  });
}
