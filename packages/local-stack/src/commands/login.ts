import type { Command } from 'commander';
import picocolors from 'picocolors';
import { createKeptSessions } from '../sessions/kept-sessions.ts';
import { keptSessionOf, withOidcClient } from '../sessions/logged-in.ts';
import { wordsOfKind } from '../story/words-of-kind.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { requireRunningStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

/** The provider ends every session after this time; used or not. */
const longestHours = 8;

export function registerLogin(program: Command): void {
  addNameOption(program.command('login'))
    .description('log in with a code that you type into a browser; orders of that user then go with this login')
    .action(async ({ name }: NameOption) => {
      const stack = await describeRunningStack(name);
      if (stack.userIssuer !== 'own') throw new Error(`users of the stack ${name} log in at ${stack.issuerUrl} only`);
      const { stateDirectory } = await requireRunningStack(name);
      await withOidcClient(stack, async (oidc) => {
        const login = await oidc.startDeviceLogin();
        console.log(`Open  ${picocolors.bold(login.url)}`);
        console.log(`Type  ${picocolors.bold(login.code)}`);
        console.log(`It counts until ${spell(login.endsAt)}. ${wordsOfKind[stack.kind].login(name)}`);
        const tokens = await login.tokens().catch((cause: unknown) => {
          throw new Error('nobody was logged in: the code was refused in the browser, or its time is up', { cause });
        });
        const now = new Date();
        const kept = createKeptSessions(stateDirectory);
        await kept.alone(tokens.user, () => kept.write(keptSessionOf(tokens, stack.issuerUrl, now.toISOString())));
        const until = new Date(now.getTime() + longestHours * 3_600_000);
        console.log(`Logged in as ${picocolors.bold(tokens.user)} until ${spell(until)}, or until zt logout.`);
      });
    });
}

export function registerLogout(program: Command): void {
  addNameOption(program.command('logout'))
    .description('end a login of the command line, everywhere and at once')
    .option('--user <user>', 'whose, where several users are logged in')
    .action(async ({ name, user: wanted }: NameOption & { readonly user?: string }) => {
      const stack = await describeRunningStack(name);
      const { stateDirectory } = await requireRunningStack(name);
      const kept = createKeptSessions(stateDirectory);
      const user = wanted ?? onlyOne(await kept.users());
      await kept.alone(user, async () => {
        const session = await kept.read(user);
        if (session === null) throw new Error(`${user} is not logged in`);
        await withOidcClient(stack, (oidc) => oidc.revoke(session.refreshToken));
        await kept.remove(user);
      });
      console.log(`${user} is logged out.`);
    });
}

function onlyOne(users: readonly string[]): string {
  const [user] = users;
  if (user === undefined) throw new Error('nobody is logged in');
  if (users.length > 1) throw new Error(`several users are logged in: say --user ${users.join(' or --user ')}`);
  return user;
}

function spell(time: Date): string {
  return time.toTimeString().slice(0, 5);
}
