import { stackOfContainers } from '@zt/e2e/enclosing-stack';
import { svidFiles } from '../sidecar/svid-files.ts';

export { hostOf, ports, publicHostOf, thirdPartyHostOf } from '@zt/access-graph/compose';

/** Where the parts of a stack of containers find what they share: docker-compose.yml mounts it there. */
export const places = {
  /** Below it `prepare` has each volume under its name. */
  volumes: '/volumes',
  registration: {
    serverProgram: '/opt/spire/bin/spire-server',
    serverSocket: '/run/spire/server/api.sock',
    bootstrapBundle: '/node/bundle.pem',
  },
  /** In each server's own container. */
  servers: {
    certificate: svidFiles('/svid'),
    vaultStorage: '/vault/file',
    vaultPlugins: '/vault/plugins',
    vaultAudit: '/vault/logs/audit.log',
  },
  postgresSocketDirectory: '/run/postgresql',
  unsealKey: '/unseal/unseal-key',
  trustBundle: '/trust/bundle.pem',
  cardNetwork: {
    ownAuthority: '/state/authority.pem',
    adminKey: '/state/admin.key',
    /** The copy for payment, which sees nothing else of the card network's. */
    authority: '/card-network/authority.pem',
  },
  stack: stackOfContainers.directory,
  workloadApi: 'unix:///run/spire/agent/agent.sock',
  /** One node program for each workload, by whose path a trial's processes are told apart. */
  workloadPrograms: '/opt/workloads',
  spools: '/spools',
  logs: '/tmp/logs',
  vaultAudit: '/audit/audit.log',
} as const;
