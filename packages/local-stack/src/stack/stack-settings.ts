import { defaultStackKind, type StartableKind, startableKinds } from '@zt/e2e/stack-kind';
import { z } from 'zod';

/** What an operator may choose for one run of a stack. */
export const stackSettings = z.object({
  /** Stacks that were started before there were two kinds have none in their record. */
  kind: z.enum(startableKinds).default('native'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'a stack is named with lower-case letters, digits and hyphens, 31 at most'),
  /** Below 20 s an SVID is replaced more often than it is used. */
  svidTtlSeconds: z.number().int().min(20).max(86_400),
  databaseLoginTtlSeconds: z.number().int().min(10).max(86_400),
  authorityTtlSeconds: z.number().int().min(600),
  /** Whose users can order: the identity service's own, or those of an issuer that nobody here wrote. */
  userIssuer: z.enum(['own', 'dex']).default('own'),
  /** How much of each service's records may wait for the ledger; what the service thinks fit where it is not said. */
  spoolLimitBytes: z.number().int().min(65_536).exactOptional(),
});
export type StackSettings = z.infer<typeof stackSettings>;

/** What the stack of a kind is called where nobody says. */
export function defaultStackName(kind: StartableKind): string {
  return kind;
}

/** Short enough to see identities and logins change while one looks on. */
export const demoSettings: StackSettings = {
  kind: defaultStackKind,
  name: defaultStackName(defaultStackKind),
  svidTtlSeconds: 60,
  databaseLoginTtlSeconds: 60,
  authorityTtlSeconds: 7 * 24 * 3600,
  userIssuer: 'own',
};
