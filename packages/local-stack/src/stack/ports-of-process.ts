import { isServiceName } from '@zt/access-graph';
import { cardNetworkName } from '../card-network/card-network-files.ts';
import type { StackContext } from '../stack-context.ts';

/** The ports of each process, for people who look at the status. */
export function portsOf(name: string, { kind, ports }: Pick<StackContext, 'kind' | 'ports'>): number[] {
  if (isServiceName(name)) return [ports.https[name] ?? [], ports.grpc[name]].flat();
  switch (name) {
    case 'spire-server':
      return [ports.spireServer];
    case 'postgres':
      return [ports.postgres];
    case 'vault':
      return kind === 'native' ? [ports.vault, ports.vaultCluster] : [ports.vault];
    case 'dex':
      return [ports.dex];
    case cardNetworkName:
      return [ports.cardNetwork, ports.cardNetworkAdmin];
    default:
      return [];
  }
}
