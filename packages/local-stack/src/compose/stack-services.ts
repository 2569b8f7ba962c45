import { serviceNames } from '@zt/access-graph';

/** Services of docker-compose.yml that do one piece of work and end, in their order. */
export const steps = ['prepare', 'registration', 'bootstrap'] as const;

/** Those that run as long as the stack does. */
export const lastingServices: readonly string[] = [
  'engine-reader',
  'spire-server',
  'spire-agent',
  'postgres-svid',
  'postgres',
  'vault-svid',
  'vault',
  'trust-updater',
  'card-network',
  ...serviceNames,
];
