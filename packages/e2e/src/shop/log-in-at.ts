import { readFile } from 'node:fs/promises';
import type { StackDescription } from '../stack-description.ts';
import { logIn } from './log-in.ts';
import { pageOf } from './log-in-page.ts';
import { readPasswords } from './users.ts';

type UsersAndIssuer = Pick<StackDescription, 'issuerUrl' | 'issuerBundleFile' | 'userIssuer' | 'usersFile'>;

/** Logs a demo user in wherever the stack's users log in. Throws where there is no such user. */
export async function logInAt(stack: UsersAndIssuer, user: string, clientId?: string): Promise<string> {
  const { [user]: password } = await readPasswords(stack.usersFile);
  if (password === undefined) throw new Error(`the stack has no user ${user}`);
  const page = pageOf(stack);
  return await logIn({
    issuer: stack.issuerUrl,
    ca: await readFile(stack.issuerBundleFile, 'utf8'),
    user,
    password,
    page: clientId === undefined ? page : { ...page, clientId },
  });
}
