import { ofEachService } from '@zt/access-graph';
import type { StackPorts } from '../../stack-context.ts';

/** Each another one, from 1000 on, for a stack that nobody starts. */
export function madeUpPorts(): StackPorts {
  let last = 999;
  const next = () => {
    last += 1;
    return last;
  };
  return {
    spireServer: next(),
    postgres: next(),
    vault: next(),
    vaultCluster: next(),
    dex: next(),
    cardNetwork: next(),
    cardNetworkAdmin: next(),
    grpc: ofEachService(next),
    https: { gateway: next(), identity: next(), payment: next() },
  };
}
