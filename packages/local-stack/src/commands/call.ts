import { accessGraph } from '@zt/access-graph';
import { createWorld } from '@zt/e2e/attempts';
import { makeCall, planCall } from '@zt/e2e/call';
import { type Command, InvalidArgumentError } from 'commander';
import { createKeptSessions } from '../sessions/kept-sessions.ts';
import { tokenOfLoggedIn } from '../sessions/logged-in.ts';
import { printed, showCall } from '../story/show-call.ts';
import { terminalStyle } from '../story/style.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { requireRunningStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface CallOptions extends NameOption {
  readonly user?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function registerCall(program: Command): void {
  addNameOption(program.command('call'))
    .description(
      'make one call as a workload, by running its program with its identity: a power that only developers have, of their own stacks',
    )
    .argument('<caller>', 'whom to act as: a service, or operator')
    .argument('<method>', 'what to call, such as inventory.GetStock')
    .option('--user <user>', 'on behalf of whom; without, in its own name where the access graph has such a call')
    .option('--data <json>', 'the request, as a JSON object with the names that the code has', parseData, {})
    .option('--verbose', 'whole SPIFFE IDs, serial numbers and lease ids')
    .option('--json', 'the answer and the decision records, for programs')
    .action(async (caller: string, method: string, options: CallOptions) => {
      const { name, user = null, data, json = false, verbose = false } = options;
      const call = planCall(accessGraph, { from: caller, method, isForUser: user !== null });
      const stack = await describeRunningStack(name);
      const { stateDirectory } = await requireRunningStack(name);
      const world = createWorld(stack, { keepsProbes: true });
      const tokenOf = async (who: string) =>
        (await tokenOfLoggedIn(stack, createKeptSessions(stateDirectory), who)) ?? (await world.tokenOf(who));
      try {
        const outcome = await makeCall({ ...world, tokenOf }, call, { user, request: data });
        if (json) console.log(JSON.stringify(outcome, printed, 2));
        else console.log(showCall({ call, user, outcome }, terminalStyle({ verbose })).join('\n'));
        if (outcome.code !== 'OK') process.exitCode = 1;
      } finally {
        await world.close();
      }
    });
}

function parseData(value: string): Readonly<Record<string, unknown>> {
  try {
    const data: unknown = JSON.parse(value);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  } catch {
    // Told like any other that is no object.
  }
  throw new InvalidArgumentError('a JSON object is wanted');
}
