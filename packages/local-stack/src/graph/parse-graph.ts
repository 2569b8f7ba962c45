import type { AccessGraph } from '@zt/access-graph';
import { z } from 'zod';

/** Older revisions say less: what they don't say they did not have. */
const callers = z.preprocess(
  // What is `workloads` now.
  (value) =>
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'services'
      ? { ...value, kind: 'workloads' }
      : value,
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('users') }),
    z.object({ kind: z.literal('third party'), name: z.string() }),
    z.object({ kind: z.literal('workloads'), names: z.array(z.string()) }),
  ]),
);

const method = z.object({
  fullName: z.string(),
  shortName: z.string(),
  callers,
  calledFrom: z.array(z.string()).default([]),
  onBehalfOf: z.enum(['user', 'workload', 'user or workload', 'third party', 'nobody']),
  scopes: z.array(z.string()),
  tokenScopes: z.array(z.string()),
  record: z.enum(['synced', 'written']),
  amountLimit: z.object({ minorUnits: z.number(), role: z.string() }).nullable(),
  roles: z.array(z.string()).nullable().default(null),
  purpose: z.boolean().default(false),
  hours: z.object({ from: z.string(), until: z.string() }).nullable().default(null),
  networks: z.array(z.string()).nullable().default(null),
  rateLimit: z.object({ calls: z.number(), seconds: z.number() }).nullable().default(null),
  distinctUsers: z.object({ users: z.number(), seconds: z.number() }).nullable().default(null),
  observe: z.array(z.custom<AccessGraph['services'][number]['methods'][number]['observe'][number]>(isText)).default([]),
});

const graph = z.object({
  trustDomain: z.string(),
  entryPoint: z.string(),
  services: z.array(
    z.object({
      name: z.string(),
      about: z.string().default(''),
      methods: z.array(method),
      tables: z
        .array(z.object({ name: z.string(), grants: z.array(z.enum(['select', 'insert', 'update', 'delete'])) }))
        .nullable(),
      apiKeysOf: z.array(z.string()).default([]),
    }),
  ),
  workloads: z.array(z.object({ name: z.string(), dnsNames: z.array(z.string()) })),
  thirdParties: z.array(z.string()).default([]),
});

/** The access graph of another revision, as it printed it. Throws where it is none. */
export function parseGraph(text: string): AccessGraph {
  return graph.parse(JSON.parse(text));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
