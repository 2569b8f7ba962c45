import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type OperatorAccess, withOperatorClient } from '@zt/e2e/operator-client';
import type { StackContext } from '../stack-context.ts';
import type { ProcessGroup } from '../supervisor/process-group.ts';

/** Who can log in, by name: what `apps/identity/src/seed.ts` reads. */
export type DemoUsers = Readonly<Record<string, { readonly password: string; readonly roles: readonly string[] }>>;

/** `mallory` is a customer like others, until somebody blocks her. */
const rolesByUser: Readonly<Record<string, readonly string[]>> = {
  alice: ['customer'],
  bob: ['customer'],
  fiona: ['customer', 'finance'],
  sam: ['support'],
  mallory: ['customer'],
};

type UsersContext = Pick<StackContext, 'stateDirectory' | 'repositoryRoot'> & {
  readonly processes: Pick<ProcessGroup, 'run'>;
};

const passwordBytes = 18;

/** The demo users with their passwords. None before they were provisioned. */
export async function readDemoUsers(stateDirectory: string): Promise<DemoUsers> {
  try {
    return JSON.parse(await readFile(fileIn(stateDirectory), 'utf8')) as DemoUsers;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/**
 * Puts the demo users into the identity service's tables, which must be there. The service itself cannot: it reads users
 * only. Passwords are made once per stack and kept in a file of mode 0600; users who have theirs are left alone. Gives the
 * names of those who were not.
 */
export async function provisionDemoUsers(context: UsersContext, access: OperatorAccess): Promise<string[]> {
  const known = await readDemoUsers(context.stateDirectory);
  const users: DemoUsers = Object.fromEntries(
    Object.entries(rolesByUser).map(([name, roles]) => [
      name,
      { password: known[name]?.password ?? newPassword(), roles },
    ]),
  );
  const seeded = await withOperatorClient(access, 'identity', async (client) => {
    const { rows } = await client.query<{ id: string; roles: string[] }>('select id, roles from users');
    const present = new Map(rows.map(({ id, roles }) => [id, roles.join()]));
    const toSeed = Object.entries(users).filter(
      ([name, { roles }]) => known[name] === undefined || present.get(name) !== roles.join(),
    );
    if (toSeed.length > 0) await client.query(await seedSql(context, Object.fromEntries(toSeed)));
    return toSeed.map(([name]) => name);
  });
  // Last: a password that is in the file is in the database as well, wherever this was cut short.
  if (!isDeepStrictEqual(users, known)) await writeUsers(fileIn(context.stateDirectory), users);
  return seeded;
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'users.json');
}

function newPassword(): string {
  return randomBytes(passwordBytes).toString('base64url');
}

async function writeUsers(file: string, users: DemoUsers): Promise<void> {
  await writeFile(`${file}.unfinished`, `${JSON.stringify(users, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.unfinished`, file);
}

/** The identity service's own program makes the hashes. It gets the passwords on its standard input, where nobody else sees them. */
function seedSql(context: UsersContext, users: DemoUsers): Promise<string> {
  return context.processes.run({
    name: 'identity-seed',
    command: process.execPath,
    args: [join(context.repositoryRoot, 'apps/identity/src/seed.ts')],
    input: JSON.stringify(users),
  });
}
