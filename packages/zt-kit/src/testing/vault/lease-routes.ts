import type { Lease } from './leases.ts';
import { randomText } from './random-text.ts';
import type { Engines, Route } from './route.ts';
import { inSeconds, secondsOfField, secondsUntil, timeToLive } from './time-to-live.ts';
import { nothingThere, VaultRefusal } from './vault-refusal.ts';

type Data = Readonly<Record<string, unknown>> | null;

/** Database logins, and the leases that they are given out with. */
export function leaseRoutes({ leases, databaseLogins }: Engines): Route[] {
  return [
    {
      pattern: /^database\/creds\/([^/]+)$/,
      handlers: {
        read: async ({ name, bearer, now }) => {
          const life = databaseLogins.lifeOf(name);
          const { seconds } = timeToLive(life, { incrementSeconds: 0, issuedAt: now, now });
          const expiresAt = inSeconds(now, seconds);
          const { username, password, extend, end } = await databaseLogins.issue(name, bearer.displayName, expiresAt);
          const id = `database/creds/${name}/${randomText(24)}`;
          const lease = { id, tokenValue: bearer.value, life, issuedAt: now, expiresAt, renewedAt: null, extend, end };
          leases.add(Object.freeze(lease));
          return { data: { password, username }, lease: { id, seconds } };
        },
      },
    },
    {
      pattern: /^sys\/leases\/renew$/,
      handlers: {
        update: async ({ data, now }) => {
          const lease = leases.find(leaseIdOf(data));
          if (lease === null) throw new VaultRefusal(400, 'lease not found');
          const incrementSeconds = secondsOfField(data, 'increment');
          if (lease.expiresAt <= now) throw new VaultRefusal(400, 'lease expired');
          const { seconds, warnings } = timeToLive(lease.life, { incrementSeconds, issuedAt: lease.issuedAt, now });
          const expiresAt = inSeconds(now, seconds);
          await lease.extend(expiresAt).catch(() => refuseEntry('renew'));
          leases.renewed(Object.freeze({ ...lease, expiresAt, renewedAt: now }));
          return { lease: { id: lease.id, seconds }, warnings };
        },
      },
    },
    {
      pattern: /^sys\/leases\/revoke$/,
      handlers: {
        update: async ({ data }) => {
          const id = leaseIdOf(data);
          if (isSync(data)) {
            await leases.revoke(id).catch(() => refuseEntry('revoke'));
            return null;
          }
          leases.revokeSoon((lease) => lease.id === id);
          return 'accepted';
        },
      },
    },
    {
      pattern: /^sys\/leases\/lookup$/,
      handlers: {
        update: ({ data, now }) => {
          const lease = leases.find(leaseIdOf(data));
          if (lease === null) throw new VaultRefusal(400, 'invalid lease');
          return { data: described(lease, now) };
        },
      },
    },
    {
      pattern: /^sys\/leases\/lookup\/(.*)$/,
      needsSudo: true,
      handlers: {
        list: ({ name }) => {
          const keys = leases.namesBelow(name);
          if (keys.length === 0) throw nothingThere();
          return { data: { keys } };
        },
      },
    },
  ];
}

function leaseIdOf(data: Data): string {
  const id = data?.lease_id;
  if (id === undefined || id === null || id === '') throw new VaultRefusal(400, 'lease_id must be specified');
  return String(id);
}

/** Whether the answer waits for the end of what is revoked, as it does where nothing is said. */
function isSync(data: Data): boolean {
  const said = data?.sync;
  if (said === undefined || said === null || typeof said === 'boolean') return said !== false;
  const why = `cannot parse '' as bool: strconv.ParseBool: parsing ${JSON.stringify(String(said))}: invalid syntax`;
  throw new VaultRefusal(400, `Field validation failed: error converting input for field "sync": ${why}`);
}

function refuseEntry(what: 'renew' | 'revoke'): never {
  throw new VaultRefusal(400, `failed to ${what} entry: the database does not answer`);
}

function described({ id, issuedAt, renewedAt, expiresAt }: Lease, now: Date): Readonly<Record<string, unknown>> {
  return {
    expire_time: expiresAt.toISOString(),
    id,
    issue_time: issuedAt.toISOString(),
    last_renewal: renewedAt?.toISOString() ?? null,
    renewable: true,
    ttl: secondsUntil(expiresAt, now),
  };
}
