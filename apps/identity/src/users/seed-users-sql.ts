import { z } from 'zod';
import { hashPassword, longestPassword } from './password-hash.ts';

const newUsers = z.record(
  z.string().regex(/^[a-z][a-z0-9._-]{0,62}$/),
  z.strictObject({
    password: z.string().min(12).max(longestPassword),
    roles: z.array(z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/)),
  }),
);

/** `{ alice: { password, roles } }` */
export type NewUsers = Readonly<Record<string, { readonly password: string; readonly roles: readonly string[] }>>;

/** Throws where a name, a password's length or a role is not as it should be; the message holds no password. */
export function parseNewUsers(json: string): NewUsers {
  let input: unknown;
  try {
    input = JSON.parse(json);
  } catch {
    throw new TypeError('users are not given as JSON');
  }
  const result = newUsers.safeParse(input);
  if (!result.success) throw new TypeError(`users are not as they should be\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** SQL for the owner of the tables: makes these users, or gives them the new password and roles. Holds hashes only. */
export async function seedUsersSql(users: NewUsers): Promise<string> {
  const statements: string[] = [];
  for (const [id, { password, roles }] of Object.entries(parseNewUsers(JSON.stringify(users)))) {
    const values = [id, await hashPassword(password), `{${roles.join(',')}}`].map((value) => `'${value}'`);
    statements.push(
      `insert into users (id, password_hash, roles) values (${values.join(', ')}) ` +
        'on conflict (id) do update set password_hash = excluded.password_hash, roles = excluded.roles;\n',
    );
  }
  return statements.join('');
}
