import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../endurance/memory.ts';
import { sessionOf } from '../endurance/session.ts';
import { createStackControl, type StackControl } from '../endurance/stack-control.ts';
import { createShopClient } from '../shop/shop-client.ts';
import type { StackDescription } from '../stack-description.ts';
import type { Attack, Tally } from './attack.ts';
import { type Fared, makeLegitimateCalls } from './legitimate-calls.ts';
import { startAttacker } from './start-attacker.ts';

/** What one attack did to the service, in mebibytes, and to those who called meanwhile. */
export interface Abused {
  readonly id: string;
  readonly title: string;
  readonly tally: Tally;
  readonly before: number;
  readonly peak: number;
  readonly after: number;
  readonly fared: Fared;
}

/** Whom the attacks are against: it has users' calls to answer, and calls others to do so. */
const victim = 'order';
/** An attacker with an SVID has that of a copy of the victim's: it may ask it for its health, and nothing else. */
const attackerIs = 'order';
const lookMs = 100;
const restMs = 2_000;

/** A memory that grew by more than this is not bounded: what the limits add up to, and room for what Node has not freed yet. */
export const mostGrowthMebibytes = 300;

export function isSound({ before, peak, fared, tally }: Abused): boolean {
  return (
    peak - before <= mostGrowthMebibytes && fared.calls > 0 && fared.succeeded === fared.calls && tally.attempts > 0
  );
}

/** Attacks a service of the stack in each of these ways, one after the other, for so long, while people use the shop. */
export async function runAbuse(
  stack: StackDescription,
  attacks: readonly Attack[],
  forMs: number,
  onAbused: (abused: Abused) => void,
): Promise<void> {
  const control = createStackControl(stack);
  const shop = createShopClient(stack.gatewayUrl, stack.bundleFile);
  const session = sessionOf(stack, 'alice');
  const [host = '', port = ''] = stack.addresses[victim].split(':');
  const { program, socket } = stack.workloads[attackerIs];
  try {
    await makeLegitimateCalls(shop, session, AbortSignal.timeout(restMs));
    for (const { id, title } of attacks) {
      const before = await memoryOfVictim(control);
      const over = new AbortController();
      const looking = watchPeak(control, over.signal);
      const calling = makeLegitimateCalls(shop, session, over.signal);
      const tally = await startAttacker(program, { id, host, port: Number(port), socket, forMs }).finally(() =>
        over.abort(),
      );
      const [peak, fared] = await Promise.all([looking, calling]);
      await sleep(restMs);
      onAbused({ id, title, tally, before, peak, after: await memoryOfVictim(control), fared });
    }
  } finally {
    await Promise.all([control.close(), shop.close()]);
  }
}

async function memoryOfVictim(control: StackControl): Promise<number> {
  const size = (await memoryOf(await control.processes())).get(victim);
  if (size === undefined) throw new Error(`${victim} does not run any more`);
  return size;
}

async function watchPeak(control: StackControl, signal: AbortSignal): Promise<number> {
  let peak = 0;
  do {
    peak = Math.max(peak, await memoryOfVictim(control));
    await sleep(lookMs);
  } while (!signal.aborted);
  return peak;
}
