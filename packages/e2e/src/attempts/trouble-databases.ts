import type { Ground, Trial } from './trouble-trial.ts';

/** Longer than a database login lives on the demo's settings, and than it takes to see what comes then. */
const longerThanLeaseMs = 100_000;
/** A login is replaced at half its life: when Vault goes, so much of it is left at least, but for what an order takes. */
const leftOfLeaseMs = 3_000;

const databaseUnavailable = { code: '503', reasons: ['database_unavailable'] };

const vault: readonly Trial[] = [
  {
    id: 'trouble/vault-sealed',
    title: 'Vault is sealed: database logins serve until their leases end, and then orders are refused',
    fail: ({ control }: Ground) => control.seal(),
    mend: ({ control }: Ground) => control.unseal(),
  },
  {
    id: 'trouble/vault-gone',
    title: 'Vault is gone: database logins serve until their leases end, and then orders are refused',
    fail: ({ control }: Ground) => control.hold('vault'),
    mend: ({ control }: Ground) => control.release('vault'),
  },
  {
    id: 'trouble/vault-hangs',
    title: 'Vault takes connections and answers nothing: the same, and nobody waits for it for ever',
    fail: ({ signal }: Ground) => signal('vault', 'SIGSTOP'),
    mend: ({ signal }: Ground) => signal('vault', 'SIGCONT'),
  },
].map((trial) => ({
  ...trial,
  part: 'vault',
  expected: databaseUnavailable,
  longestMs: longerThanLeaseMs,
  unnoticedMs: leftOfLeaseMs,
}));

const postgres: readonly Trial[] = [
  {
    id: 'trouble/postgres-killed',
    title: 'Postgres is killed and starts again: orders are refused meanwhile, and nobody has to do anything',
    fail: ({ signal }: Ground) => signal('postgres', 'SIGKILL'),
    mend: async () => {},
  },
  {
    id: 'trouble/postgres-gone',
    title: 'Postgres is gone: orders are refused at once',
    fail: ({ control }: Ground) => control.hold('postgres'),
    mend: ({ control }: Ground) => control.release('postgres'),
  },
  {
    id: 'trouble/postgres-hangs',
    title: 'Postgres takes connections and answers nothing: orders are refused in time',
    fail: ({ signal }: Ground) => signal('postgres', 'SIGSTOP'),
    mend: ({ signal }: Ground) => signal('postgres', 'SIGCONT'),
  },
].map((trial) => ({ ...trial, part: 'postgres', expected: databaseUnavailable, longestMs: 15_000 }));

/** Vault and Postgres: where the logins and the data come from. */
export const troublesOfDatabases: readonly Trial[] = [...vault, ...postgres];
