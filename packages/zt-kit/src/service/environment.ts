import { z } from 'zod';

/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, taken apart. */
export const hostAndPort = z.string().transform((text, context): Address => {
  const [, host, port] = /^([^\s:/]+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65535) return Object.freeze({ host, port: Number(port) });
  context.addIssue('has to be host:port');
  return z.NEVER;
});

/** `host:port`, as it is. */
export const address = hostAndPort.transform(({ host, port }) => `${host}:${port}`);

/** Reads variables. Throws an error that names each one that is missing or wrong, and holds no value. */
export function parseEnvironment<Values>(variables: z.ZodType<Values>, env: NodeJS.ProcessEnv): Values {
  const result = variables.safeParse(env);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the environment of the service is incomplete: ${wrong.join('; ')}`);
}
