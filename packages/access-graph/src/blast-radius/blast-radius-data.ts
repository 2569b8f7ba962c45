import type { AccessGraph } from '../graph.ts';
import { apiKeyPath, vaultPolicies } from '../vault-policies.ts';
import type { ReachedPart } from './reached-part.ts';

/** The tables, the paths of Vault and the API keys that a workload has. */
export function reachedData(graph: AccessGraph, workload: string): ReachedPart[] {
  const service = graph.services.find(({ name }) => name === workload);
  const policy = vaultPolicies(graph).find(({ name }) => name === workload);
  const parts: ReachedPart[] = [
    {
      about: 'tables',
      reaches: (service?.tables ?? []).map(({ name, grants }) => ({ what: name, how: grants.join(', ') })),
      stops: [
        'Postgres grants its logins nothing else, lets them define nothing, and lets them into no other database',
        'a login ends with its lease, after 60 s in the demo',
      ],
    },
    {
      about: 'Vault paths',
      reaches: (policy?.rules ?? []).map(({ path, capabilities }) => ({ what: path, how: capabilities.join(', ') })),
      stops: [
        `Vault lets this workload's SVID log in to the policy ${workload} only, and keeps a log of every request`,
      ],
    },
    {
      about: 'API keys',
      reaches: (service?.apiKeysOf ?? []).map((thirdParty) => ({
        what: thirdParty,
        how: `in Vault at kv/${apiKeyPath(workload, thirdParty)}`,
      })),
      stops: ['what the third party lets a holder of the key do, until `zt rotate-api-key`'],
    },
  ];
  return parts.filter(({ reaches }) => reaches.length > 0);
}
