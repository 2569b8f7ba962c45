import { createWorld } from '@zt/e2e/attempts';
import { type Command, InvalidArgumentError } from 'commander';
import { createKeptSessions } from '../sessions/kept-sessions.ts';
import { tokenOfLoggedIn } from '../sessions/logged-in.ts';
import { placeOrder } from '../story/place-order.ts';
import { isConfirmed, showOrder } from '../story/show-order.ts';
import { terminalStyle } from '../story/style.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { requireRunningStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface OrderOptions extends NameOption {
  readonly user: string;
  readonly sku: string;
  readonly quantity: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function registerOrder(program: Command): void {
  addNameOption(program.command('order'))
    .description('place an order as a user, and show hop by hop who called, on whose behalf, and why it was allowed')
    .option('--user <user>', 'alice, bob, fiona of finance, sam of support, or mallory', 'alice')
    .option('--sku <sku>', 'what to order', 'tea-assam-100g')
    .option('--quantity <count>', 'how many of it', parseQuantity, 1)
    .option('--verbose', 'whole SPIFFE IDs, serial numbers and lease ids')
    .option('--json', 'the decision records, for programs')
    .action(async (options: OrderOptions) => {
      const { user, sku, quantity, json = false, verbose = false } = options;
      const stack = await describeRunningStack(options.name);
      const { stateDirectory } = await requireRunningStack(options.name);
      const world = createWorld(stack, { keepsProbes: false });
      // Whoever is logged in at the command line orders with that login; for others it logs in with the demo's password.
      const tokenOf = async (name: string) =>
        (await tokenOfLoggedIn(stack, createKeptSessions(stateDirectory), name)) ?? (await world.tokenOf(name));
      try {
        const run = await placeOrder({ ...world, tokenOf }, { user, sku, quantity });
        if (json) console.log(JSON.stringify(run.records, null, 2));
        else console.log(showOrder(run, terminalStyle({ verbose })).join('\n'));
        if (!isConfirmed(run)) process.exitCode = 1;
      } finally {
        await world.close();
      }
    });
}

function parseQuantity(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError('a whole number from 1 on is wanted');
  return Number(value);
}
