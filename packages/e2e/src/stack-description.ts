import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ofEachService } from '@zt/access-graph';
import { z } from 'zod';
import { stackKinds } from './stack-kind.ts';

/** How to be a workload: with this program as the process, and that Workload API. */
const workloadAccess = z.object({
  /** The node program under which a process is attested; on the embedded stack any is as good. */
  program: z.string(),
  /** `unix:///…`; the same one for all where SPIRE is, and one for each on the embedded stack. */
  socket: z.string(),
});
export type WorkloadAccess = z.infer<typeof workloadAccess>;

/** What a client has to know of a running stack, which writes it into its directory. */
export const stackDescription = z.object({
  kind: z.enum(stackKinds),
  name: z.string(),
  gatewayUrl: z.string(),
  /** Where users log in. */
  issuerUrl: z.string(),
  /** Whether that is the stack's own provider, or Dex in its place. */
  userIssuer: z.enum(['own', 'dex']),
  /** PEM of the authorities that vouch for it. */
  issuerBundleFile: z.string(),
  /** PEM of the trust domain's authorities; kept current while the stack runs. */
  bundleFile: z.string(),
  /** Where payment takes the card network's notices. */
  settlementsUrl: z.string(),
  cardNetwork: z.object({
    url: z.string(),
    /** What its operator has to know; the key is in a file. */
    admin: z.object({ url: z.string(), caFile: z.string(), keyFile: z.string() }),
  }),
  /** The demo users' generated passwords. */
  usersFile: z.string(),
  /** One folder per service, with its decision records. */
  spoolDirectory: z.string(),
  logsDirectory: z.string(),
  vaultAuditFile: z.string(),
  /** Where Postgres's own Unix socket is, at which only the operating user is let in. */
  socketDirectory: z.string(),
  /** `host:port` */
  addresses: z.object({ ...ofEachService(() => z.string()), vault: z.string(), postgres: z.string() }),
  workloads: z.object({ ...ofEachService(() => workloadAccess), operator: workloadAccess }),
  /** How to be a process that nobody registered. */
  stranger: workloadAccess,
  /** Who gives out identities, and where it writes down whom it refused: JSON lines. */
  identityProvider: z.object({
    name: z.enum(['the SPIRE agent', 'the development Workload API']),
    logFile: z.string(),
  }),
});
export type StackDescription = z.infer<typeof stackDescription>;
/** Where a stack describes itself: in `.zt/<name>`, and one of containers in a volume of its own. */
export function descriptionPath(stateDirectory: string): string {
  return join(stateDirectory, 'description.json');
}

/**
 * Throws an error that says how to start a stack where none runs, or one that was started when the access graph had other
 * services: by `start`, as a person types it.
 */
export async function readStackDescription(
  path: string,
  start = 'npx -y pnpm@12 zt up --detach',
): Promise<StackDescription> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`no stack runs here: start one with \`${start}\``, { cause });
  }
  const { data, error } = stackDescription.safeParse(JSON.parse(text));
  if (data !== undefined) return data;
  throw new Error(`the stack that runs here was started with other services: end it, and start it with \`${start}\``, {
    cause: error,
  });
}
