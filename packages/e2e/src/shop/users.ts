import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const users = z.record(z.string(), z.object({ password: z.string() }));

/** The demo users' passwords, as the stack made them. Each is a secret. */
export async function readPasswords(usersFile: string): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(users.parse(JSON.parse(await readFile(usersFile, 'utf8'))));
  return Object.fromEntries(entries.map(([user, { password }]) => [user, password]));
}
