import type { Command } from 'commander';
import { table } from 'table';
import { blockUser, unblockUser } from '../operator/jobs/block-user.ts';
import { type ListedUser, listUsers } from '../operator/jobs/list-users.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

export function registerUsers(program: Command): void {
  const users = program
    .command('users')
    .description('list, block and unblock users of a running stack, as its operator');
  addNameOption(users.command('list'))
    .description('who can log in, with roles and sessions')
    .option('--json', 'for programs')
    .action(async ({ name, json }: NameOption & { readonly json?: boolean }) => {
      const listed = await runAsOperator(await describeRunningStack(name), listUsers, {});
      console.log(json === true ? JSON.stringify(listed, null, 2) : tableOf(listed));
    });
  addNameOption(users.command('block'))
    .description('end every session of a user at once, at every service, and let nobody in under that name')
    .argument('<user>')
    .action(async (userId: string, { name }: NameOption) => {
      await runAsOperator(await describeRunningStack(name), blockUser, { userId });
      console.log(`${userId} is blocked, and logged out everywhere.`);
    });
  addNameOption(users.command('unblock'))
    .description('let a user in again; to log in again is up to the user')
    .argument('<user>')
    .action(async (userId: string, { name }: NameOption) => {
      await runAsOperator(await describeRunningStack(name), unblockUser, { userId });
      console.log(`${userId} may log in again.`);
    });
}

function tableOf(users: readonly ListedUser[]): string {
  const rows = users.map(({ userId, roles, blocked, sessions }) => [
    userId,
    roles.join(', '),
    String(sessions),
    blocked ? 'blocked' : '',
  ]);
  return table([['user', 'roles', 'sessions', ''], ...rows], {
    drawHorizontalLine: () => false,
    drawVerticalLine: () => false,
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
  }).trimEnd();
}
