import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const users = z.record(z.string(), z.object({ password: z.string(), roles: z.array(z.string()).default([]) }));

/** The demo users' passwords, as the stack made them. Each is a secret. */
export async function readPasswords(usersFile: string): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(await readUsers(usersFile));
  return Object.fromEntries(entries.map(([user, { password }]) => [user, password]));
}

/** The demo users with what they are: a customer, of finance, of support. */
export async function readRoles(usersFile: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = Object.entries(await readUsers(usersFile));
  return Object.fromEntries(entries.map(([user, { roles }]) => [user, roles]));
}

async function readUsers(usersFile: string): Promise<z.output<typeof users>> {
  return users.parse(JSON.parse(await readFile(usersFile, 'utf8')));
}
