import type { StackStatus } from '../control/stack-status.ts';
import type { ApiKeyState } from '../operator/jobs/list-api-keys.ts';
import type { VaultLease } from '../operator/jobs/list-leases.ts';
import type { DatabaseLoginEvent } from './database-login-events.ts';

/** A secret that somebody holds. What it is worth is not in it. */
export interface HeldSecret {
  readonly kind: 'SVID' | 'database login' | 'API key';
  readonly holder: string;
  /** What it is known by: a SPIFFE ID, a login and its lease, a version. */
  readonly name: string;
  /** RFC 3339; null where nobody wrote it down. */
  readonly since: string | null;
  /** RFC 3339; null where it counts until it is replaced. */
  readonly until: string | null;
}

/** All that is held in a stack at one moment: SVIDs by the workloads' own word, and what Vault gave out by Vault's. */
export function heldSecrets(found: {
  readonly processes: StackStatus['processes'];
  readonly leases: readonly VaultLease[];
  readonly logins: readonly DatabaseLoginEvent[];
  readonly apiKeys: readonly ApiKeyState[];
}): HeldSecret[] {
  const loginOf = new Map(found.logins.map(({ leaseId, login }) => [leaseId, login]));
  const svids = found.processes.flatMap(({ name, svids }) =>
    svids.map(
      ({ spiffeId, notAfter }): HeldSecret => ({
        kind: 'SVID',
        holder: name,
        name: spiffeId,
        since: null,
        until: notAfter,
      }),
    ),
  );
  const leases = found.leases.map(({ id, holder, issuedAt, endsAt }): HeldSecret => {
    const login = loginOf.get(id);
    const name = login === undefined ? id : `${login}, lease ${id}`;
    return { kind: 'database login', holder, name, since: issuedAt, until: endsAt };
  });
  const apiKeys = found.apiKeys.map(
    ({ holder, thirdParty, version, createdAt }): HeldSecret => ({
      kind: 'API key',
      holder,
      name: `${thirdParty}, version ${version}`,
      since: createdAt,
      until: null,
    }),
  );
  return [...svids, ...leases.toSorted(byHolderAndEnd), ...apiKeys];
}

function byHolderAndEnd(a: HeldSecret, b: HeldSecret): number {
  return a.holder.localeCompare(b.holder) || Date.parse(a.until ?? '') - Date.parse(b.until ?? '');
}
