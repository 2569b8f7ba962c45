import { readFile } from 'node:fs/promises';

/** The accessors of all root tokens that Vault's audit log knows: which were used, and which were ended. */
export async function rootTokensIn(
  auditFile: string,
): Promise<{ readonly used: Set<string>; readonly ended: Set<string> }> {
  const lines = (await readFile(auditFile, 'utf8')).trim().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as AuditEntry);
  const roots = entries.filter(({ auth }) => auth?.policies?.includes('root'));
  const ends = roots.filter(({ type, request }) => type === 'response' && request?.path === 'auth/token/revoke-self');
  return { used: new Set(roots.map(accessorOf)), ended: new Set(ends.map(accessorOf)) };
}

interface AuditEntry {
  readonly type: string;
  readonly auth?: { readonly policies?: readonly string[]; readonly accessor?: string };
  readonly request?: { readonly path?: string };
}

function accessorOf({ auth }: AuditEntry): string {
  return auth?.accessor ?? 'unknown';
}
