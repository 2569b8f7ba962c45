import { randomBytes } from 'node:crypto';
import { Client, type ClientConfig, DatabaseError } from 'pg';
import { randomText } from './random-text.ts';
import { inSeconds, type Life, parseSeconds } from './time-to-live.ts';
import { coreRefusal, VaultRefusal } from './vault-refusal.ts';
import type { VaultRole } from './vault-role.ts';

/** Logins for Postgres: real roles of its, made and ended by the statements of a role of Vault's `database` engine. */
export interface DatabaseLogins {
  /** Refuses a role that there is not. */
  lifeOf(role: string): Life;
  issue(role: string, displayName: string, expiresAt: Date): Promise<IssuedLogin>;
  /** Ends the logins of an earlier run, of which nobody else knows any more. Gives their number. */
  endLeftovers(): Promise<number>;
}

export interface IssuedLogin {
  readonly username: string;
  readonly password: string;
  readonly extend: (expiresAt: Date) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** A login outlives its lease by so much: its end is for Vault to bring about. */
const leewaySeconds = 5;
const patienceMs = 5_000;
const undefinedObject = '42704';

const leftovers = `SELECT rolname FROM pg_roles WHERE rolname ~ '^v-cert-[A-Za-z0-9_-]+$'`;
const endOfLeftover = [
  'ALTER ROLE "{{name}}" NOLOGIN',
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'",
  'DROP ROLE "{{name}}"',
];

export function createDatabaseLogins(roles: readonly VaultRole[], database: () => ClientConfig): DatabaseLogins {
  const known = new Set<string>();
  const roleOf = (name: string): VaultRole => {
    const found = roles.find((each) => each.name === name);
    if (found === undefined) throw new VaultRefusal(400, `unknown role: ${name}`);
    return found;
  };

  /** All or nothing. Like Vault, statement by statement. */
  async function run(statements: readonly string[], values: Readonly<Record<string, string>>): Promise<void> {
    await withClient(database(), async (client) => {
      await client.query('BEGIN');
      for (const statement of statements.flatMap((each) => each.split(';')).filter((each) => each.trim() !== '')) {
        await client.query(statement.replaceAll(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all));
      }
      await client.query('COMMIT');
    });
  }

  async function end(username: string, statements: readonly string[]): Promise<void> {
    await run(statements, { name: username, username }).catch((error: unknown) => {
      // It is gone already, which is all that is wanted.
      if (!(error instanceof DatabaseError && error.code === undefinedObject)) throw error;
    });
    known.delete(username);
  }

  return {
    lifeOf(role) {
      const { body } = roleOf(role);
      const [ttlSeconds, maxTtlSeconds] = [parseSeconds(body.default_ttl), parseSeconds(body.max_ttl)];
      return { ttlSeconds, maxTtlSeconds, periodSeconds: 0 };
    },
    async issue(role, displayName, expiresAt) {
      const { body } = roleOf(role);
      const username = usernameFor(displayName, role, new Date());
      const password = newPassword();
      const named = { name: username, username };
      known.add(username);
      try {
        const values = { ...named, password, expiration: postgresTime(expiresAt) };
        await run([body.creation_statements ?? []].flat().map(String), values);
      } catch (error) {
        // Where only the answer was lost it is there all the same, until its time is over and the next run finds it.
        known.delete(username);
        // Not the error itself: Postgres repeats a statement that it refuses, with the password in it.
        throw coreRefusal(500, `failed to make a login: ${reasonOf(error)}`);
      }
      const renewal = 'ALTER ROLE "{{name}}" VALID UNTIL \'{{expiration}}\'';
      return {
        username,
        password,
        extend: (until) => run([renewal], { ...named, expiration: postgresTime(until) }),
        end: () => end(username, [body.revocation_statements ?? []].flat().map(String)),
      };
    },
    async endLeftovers() {
      const left = await withClient(database(), async (client) => {
        const { rows } = await client.query<{ rolname: string }>(leftovers);
        return rows.map(({ rolname }) => rolname).filter((name) => !known.has(name));
      });
      for (const name of left) await end(name, endOfLeftover);
      return left.length;
    },
  };
}

async function withClient<Result>(config: ClientConfig, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionTimeoutMillis: patienceMs, query_timeout: patienceMs, ...config });
  // What it is told of is told to whoever waits for an answer, too.
  client.on('error', () => {});
  try {
    await client.connect();
    const result = await work(client);
    await client.end();
    return result;
  } catch (error) {
    // Not waited for: a server that hangs would never let it go.
    client.end().catch(() => {});
    throw error;
  }
}

/** `v-cert-ord-order-<20 letters>-<seconds>`: as Vault names them, and in no more than the 63 bytes of a name in Postgres. */
function usernameFor(displayName: string, role: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `v-${displayName.slice(0, 8)}-${role.slice(0, 8)}-${randomText(20)}-${seconds}`.slice(0, 63);
}

function newPassword(): string {
  return `${randomText(7)}-${randomBytes(12).toString('hex').slice(0, 12)}`;
}

function postgresTime(leaseEndsAt: Date): string {
  return inSeconds(leaseEndsAt, leewaySeconds).toISOString().replace('T', ' ').replace(/\..*$/, '+0000');
}

function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'the database does not answer';
}
