import { type ComposeRule, ruleOfEach } from './compose-rule.ts';
import { startedByPeople } from './kinds-of-service.ts';

/** Volumes with the socket of a server, and whose it is. */
const socketOf: Readonly<Record<string, string>> = {
  'workload-api': 'spire-agent',
  'spire-server-socket': 'spire-server',
  'engine-inspect': 'engine-reader',
  'engine-read': 'engine-reader',
  'postgres-socket': 'postgres',
};
/** Makes the volumes, and fills those that need it. */
const prepare = 'prepare';

/** Volumes with keys, or with a socket that makes a ruler of whoever opens it, and to whom they belong. */
const precious: Readonly<Record<string, readonly string[]>> = {
  'node-authority': ['spire-server'],
  'node-identity': ['spire-agent', 'registration'],
  'spire-server-data': ['spire-server'],
  'spire-server-socket': ['spire-server', 'registration'],
  'spire-agent-data': ['spire-agent'],
  'engine-inspect': ['engine-reader', 'spire-agent'],
  'engine-read': ['engine-reader'],
  'postgres-data': ['postgres'],
  'postgres-socket': ['postgres', 'bootstrap'],
  'postgres-svid': ['postgres', 'postgres-svid'],
  'vault-data': ['vault'],
  'vault-svid': ['vault', 'vault-svid'],
  'vault-unseal-key': ['bootstrap', 'trust-updater'],
  'card-network': ['card-network', 'bootstrap'],
  stack: ['bootstrap'],
};

/** What of that whoever runs the stack needs at the command line. */
const ofTheOperator: readonly string[] = [
  'spire-server-socket',
  'engine-read',
  'postgres-socket',
  'card-network',
  'stack',
];

/** Who gets at what is kept. */
export const volumeRules: readonly ComposeRule[] = [
  ruleOfEach(
    'What holds keys is mounted by those only to whom it belongs',
    ({ name, volumes }) => {
      const odd = volumes.filter(
        ({ source }) => precious[source]?.includes(name) === false && !isForOperator(name, source),
      );
      return odd.length === 0 ? null : `mounts ${odd.map(({ source }) => source).join(', ')}`;
    },
    ({ name }) => name !== prepare,
  ),
  ruleOfEach(
    "Nobody but its server can put a socket in the place of a server's",
    ({ name, volumes }) => {
      const odd = volumes.filter(({ source, readOnly }) => !readOnly && (socketOf[source] ?? name) !== name);
      return odd.length === 0 ? null : `may write beside the socket of ${odd.map(({ source }) => source).join(', ')}`;
    },
    ({ name }) => name !== prepare,
  ),
];

function isForOperator(name: string, volume: string): boolean {
  return startedByPeople.includes(name) && ofTheOperator.includes(volume);
}
