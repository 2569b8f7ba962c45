import { join } from 'node:path';
import type { AdminAccess } from '@zt/card-network/admin';
import type { StackContext } from '../stack-context.ts';

/** The card network's process, and its name as a third party. */
export const cardNetworkName = 'card-network';

/** Where the card network keeps what is its own, and what others have to know of it. */
export function cardNetworkFiles({ stateDirectory }: Pick<StackContext, 'stateDirectory'>) {
  const directory = join(stateDirectory, cardNetworkName);
  return {
    directory,
    /** PEM of the authority that vouches for it. */
    authority: join(directory, 'authority.pem'),
    adminKey: join(directory, 'admin.key'),
  };
}

/** How an operator of the stack is the network's operator too. */
export function cardNetworkAdmin(context: Pick<StackContext, 'stateDirectory' | 'ports'>): AdminAccess {
  const { authority, adminKey } = cardNetworkFiles(context);
  return { url: `https://localhost:${context.ports.cardNetworkAdmin}`, caFile: authority, keyFile: adminKey };
}
