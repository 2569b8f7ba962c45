import { z } from 'zod';
import { address, parseEnvironment } from './environment.ts';

/**
 * Where the environment says that another service is: `INVENTORY_ADDRESS` for inventory, as `host:port`. Throws an error
 * that names the variable.
 */
export function addressOf(env: NodeJS.ProcessEnv, service: string): string {
  const variable = `${service.toUpperCase().replaceAll('-', '_')}_ADDRESS`;
  const { [variable]: found } = parseEnvironment(z.object({ [variable]: address }), env);
  return found as string;
}
