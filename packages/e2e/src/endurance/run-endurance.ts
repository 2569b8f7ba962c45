import { setTimeout as sleep } from 'node:timers/promises';
import { createShopClient } from '../shop/shop-client.ts';
import type { StackDescription } from '../stack-description.ts';
import { zt } from '../zt-command.ts';
import type { Told } from './balance.ts';
import { openBooks } from './bookkeeping.ts';
import type { EnduranceOptions } from './command-line.ts';
import { countFaults, type EnduranceReport, type MinuteLine } from './endurance-report.ts';
import { type Kill, killEachPart } from './kill-parts.ts';
import { memoryOf } from './memory.ts';
import { createMinutes } from './minutes.ts';
import type { OrderOutcome } from './order-client.ts';
import { rotationsBetween } from './rotations.ts';
import { type Customer, sell } from './sell.ts';
import { sessionOf } from './session.ts';
import { createStackControl } from './stack-control.ts';
import { createSupervisedParts } from './supervised-parts.ts';
import { users, wares } from './wares.ts';

const minuteMs = 60_000;
/** Before the first part is killed, and after the last one, in milliseconds. */
export const calmMs = 15_000;
/** Said at the beginning, also to whoever waits for it outside of a container. */
export const ordersFlow = 'orders flow from now on';

export interface Progress {
  onMinute(line: MinuteLine): void;
  onKill(kill: Kill): void;
  onOutcome(outcome: OrderOutcome): void;
  onPhase(phase: string): void;
}

/** Lets orders flow through a stack, disturbs it as told, and checks afterwards that everything agrees. */
export async function runEndurance(
  stack: StackDescription,
  options: EnduranceOptions,
  progress: Progress,
): Promise<EnduranceReport> {
  const shop = createShopClient(stack.gatewayUrl, stack.bundleFile);
  // Containers are looked after by the engine, which nobody in a container can tell what to do.
  const control = stack.kind === 'compose' ? null : createStackControl(stack);
  if (options.kill && control === null) throw new Error('containers are killed from outside: let clients be --patient');
  const customers: Customer[] = users.map((user) => ({ user, session: sessionOf(stack, user) }));
  await Promise.all(customers.map(({ session }) => session.token()));
  const books = await openBooks(stack, shop, customers);
  const startedAt = Date.now();
  const runMs = options.minutes * minuteMs;

  const minutes = createMinutes();
  const lines: MinuteLine[] = [];
  const told: Told[] = [];
  const kills: Kill[] = [];
  const troubles = new Map<string, number>();
  const rejections = new Map<string, number>();
  let notKilled: readonly string[] = [];
  let rotatedApiKey: EnduranceReport['rotatedApiKey'] = null;

  function onOutcome(outcome: OrderOutcome): void {
    const last = Math.min(Math.floor((Date.now() - startedAt) / minuteMs), options.minutes - 1);
    minutes.add(last, outcome);
    for (const trouble of outcome.troubles) increment(troubles, trouble);
    if (outcome.kind === 'rejected') increment(rejections, outcome.because);
    if (outcome.kind !== 'failed') told.push(outcome.told);
    progress.onOutcome(outcome);
  }

  async function lookEachMinute(): Promise<void> {
    for (let minute = 0; minute < options.minutes; minute += 1) {
      const from = startedAt + minute * minuteMs;
      await sleep(Math.max(0, from + minuteMs - Date.now()));
      const [rotations, processes] = await Promise.all([
        rotationsBetween(stack.logsDirectory, from, from + minuteMs),
        control?.processes() ?? [],
      ]);
      const memory = Object.fromEntries(await memoryOf(processes));
      const line = { minute: minute + 1, ...minutes.of(minute), ...rotations, memory };
      lines.push(line);
      progress.onMinute(line);
    }
  }

  async function killParts(): Promise<void> {
    if (!options.kill || control === null) return;
    await sleep(calmMs);
    notKilled = await killEachPart({
      parts: createSupervisedParts(control),
      withinMs: runMs - 2 * calmMs,
      onKill(kill) {
        kills.push(kill);
        progress.onKill(kill);
      },
      signal: AbortSignal.timeout(runMs),
    });
  }

  async function rotateApiKey(): Promise<void> {
    if (!options.rotateApiKey) return;
    await sleep(runMs / 2);
    const at = Date.now();
    await zt('rotate-api-key', '--name', stack.name);
    rotatedApiKey = { atSecond: Math.round((at - startedAt) / 1000), tookMs: Date.now() - at };
  }

  progress.onPhase(ordersFlow);
  const selling = sell({
    shop,
    customers,
    orders: wares,
    concurrency: options.concurrency,
    patienceMs: options.kill || options.patient ? minuteMs : 0,
    onOutcome,
    signal: AbortSignal.timeout(runMs),
  });
  await Promise.all([selling, lookEachMinute(), killParts(), rotateApiKey()]);
  const endedAt = Date.now();

  progress.onPhase(`asking the gateway for ${told.length} orders once nothing is under way, and reading the books`);
  const { faults, ...balance } = await books.close(told);
  await Promise.all([shop.close(), control?.close()]);
  return {
    stack: stack.name,
    startedAt: new Date(startedAt).toISOString(),
    seconds: Math.round((endedAt - startedAt) / 1000),
    concurrency: options.concurrency,
    minutes: lines.map((line) => ({ ...line, ...minutes.of(line.minute - 1) })),
    total: { ...minutes.total(), ...(await rotationsBetween(stack.logsDirectory, startedAt, endedAt)) },
    kills,
    notKilled,
    mishaps: null,
    rotatedApiKey,
    troubles: Object.fromEntries(troubles),
    rejections: Object.fromEntries(rejections),
    ...balance,
    ...countFaults(faults),
  };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
