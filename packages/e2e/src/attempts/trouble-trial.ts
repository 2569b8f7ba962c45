import { setTimeout as sleep } from 'node:timers/promises';
import { type Balance, openBooks } from '../endurance/bookkeeping.ts';
import type { Customer } from '../endurance/sell.ts';
import { sessionOf } from '../endurance/session.ts';
import { createStackControl, type StackControl } from '../endurance/stack-control.ts';
import type { Attempt, Evidence, Verdict } from './attempt.ts';
import { type TroubleWatch, type WatchedAnswer, watchShop } from './trouble-watch.ts';
import type { World } from './world.ts';

/** Where a trial takes place. */
export interface Ground {
  readonly world: World;
  readonly control: StackControl;
  /** Sends a signal to a process of the stack. */
  signal(process: string, signal: NodeJS.Signals): Promise<void>;
}

/** Something that the shop stands on fails for a while, and comes back. */
export interface Trial {
  readonly id: string;
  readonly title: string;
  /** What fails. */
  readonly part: string;
  /** What customers have to see of it: `OK` where nothing. */
  readonly expected: Verdict;
  /** What has to be there before it fails, and is taken away afterwards. */
  readonly prepare?: (ground: Ground) => Promise<void>;
  readonly tidy?: (ground: Ground) => Promise<void>;
  fail(ground: Ground): Promise<void>;
  mend(ground: Ground): Promise<void>;
  /** How long it fails at most. It is mended sooner, once what was expected has been seen for a while. */
  readonly longestMs: number;
  /** For how long nothing may be seen of it, at least. */
  readonly unnoticedMs?: number;
  /** What else has to hold afterwards: throws where it does not. */
  readonly check?: (ground: Ground, seen: Seen) => Promise<void>;
}

/** What was seen of a trial. */
export interface Seen {
  readonly failedAt: number;
  readonly mendedAt: number;
  /** From the mending to the first of the orders that went well again; null where none did. */
  readonly recoveredAfterMs: number | null;
  readonly answers: readonly WatchedAnswer[];
  readonly balance: Balance;
}

const users = ['alice', 'bob'];
/** Whoever waits longer hangs: the gateway gives an answer within five seconds. */
const longestAnswerMs = 8_000;
const calmMs = 1_000;
const seenForMs = 3_000;
const patienceMs = 90_000;
const recoveredOrders = 3;
const lookMs = 100;
/** By which the clock of who recorded may be wrong. */
const longestClockErrorMs = 600_000;

export function attemptOf(trial: Trial): Attempt {
  const { id, title, part, expected } = trial;
  return {
    id,
    title,
    from: users.join(', '),
    to: part,
    method: '/gateway/PlaceOrder',
    fault: 'trouble',
    expected,
    run: (world) => runTrial(trial, world),
  };
}

async function runTrial(trial: Trial, world: World): Promise<Evidence> {
  const control = createStackControl(world.stack);
  const ground: Ground = {
    world,
    control,
    signal: async (name, signal) => void process.kill((await control.untilRunning(name)).pid, signal),
  };
  try {
    await trial.prepare?.(ground);
    const seen = await observe(trial, ground);
    return await evidenceOf(trial, ground, seen);
  } finally {
    await trial.tidy?.(ground);
    await control.close();
  }
}

async function observe(trial: Trial, ground: Ground): Promise<Seen> {
  const { shop, stack } = ground.world;
  const customers: Customer[] = users.map((user) => ({ user, session: sessionOf(stack, user) }));
  const books = await openBooks(stack, shop, customers);
  const watch = watchShop(shop, customers);
  let failedAt = 0;
  let mendedAt = 0;
  let recovered: number | null;
  try {
    await until(() => recovery(watch, 0) !== null, patienceMs);
    await sleep(calmMs);
    failedAt = Date.now();
    try {
      await trial.fail(ground);
      await until(() => wasSeen(trial, watch, failedAt), trial.longestMs);
    } finally {
      await trial.mend(ground);
      mendedAt = Date.now();
    }
    await until(() => recovery(watch, mendedAt) !== null, patienceMs);
    recovered = recovery(watch, mendedAt);
  } finally {
    await watch.stop();
  }
  const answers = watch.answers();
  const balance = await books.close(answers.flatMap(({ told }) => (told === null ? [] : [told])));
  return { failedAt, mendedAt, recoveredAfterMs: recovered === null ? null : recovered - mendedAt, answers, balance };
}

/** Whether what was expected has come, and come for a while. */
function wasSeen({ expected }: Trial, watch: TroubleWatch, failedAt: number): boolean {
  if (expected.code === 'OK') return false;
  const first = watch
    .answers()
    .find(({ kind, at, code }) => kind === 'order' && at >= failedAt && code === expected.code);
  return first !== undefined && Date.now() > first.at + seenForMs;
}

/** When the last of some orders in a row went well that were sent after this moment; null as long as they did not. */
function recovery(watch: TroubleWatch, after: number): number | null {
  let inRow = 0;
  for (const { kind, at, tookMs, code } of watch.answers()) {
    if (kind !== 'order' || at < after) continue;
    inRow = code === 'OK' ? inRow + 1 : 0;
    if (inRow === recoveredOrders) return at + tookMs;
  }
  return null;
}

async function until(isSo: () => boolean, longestMs: number): Promise<void> {
  const end = Date.now() + longestMs;
  while (!isSo() && Date.now() < end) await sleep(lookMs);
}

async function evidenceOf(trial: Trial, ground: Ground, seen: Seen): Promise<Evidence> {
  const { expected } = trial;
  const troubled = seen.answers.filter(({ kind, at }) => kind === 'order' && at >= seen.failedAt && at < seen.mendedAt);
  const failures = troubled.filter(({ code }) => code !== 'OK');
  const asExpected = failures.filter(({ code }) => code === expected.code);
  const shown = asExpected.length > 0 ? asExpected : failures;
  const reasons = await recordedReasons(ground.world, seen.failedAt, shown, expected.reasons);
  const wrong = [...faultsOf(trial, seen, failures), ...(await faultOfCheck(trial, ground, seen))];
  return {
    code: shown[0]?.code ?? 'OK',
    reasons,
    message: wrong.join('; '),
    recordedBy: wrong.length > 0 ? null : 'the books agree: nothing was lost, nothing was done twice',
    observed: inWords(seen, troubled),
  };
}

function faultsOf(trial: Trial, seen: Seen, failures: readonly WatchedAnswer[]): string[] {
  const wrong: string[] = [];
  const [firstFailure] = failures;
  const { unnoticedMs = 0 } = trial;
  if (firstFailure !== undefined && firstFailure.at - seen.failedAt < unnoticedMs)
    wrong.push(`noticed after ${seconds(firstFailure.at - seen.failedAt)}`);
  if (slowest(seen) > longestAnswerMs) wrong.push(`an answer took ${seconds(slowest(seen))}`);
  if (seen.recoveredAfterMs === null) wrong.push('it did not recover');
  if (seen.balance.settledAfterMs === null) wrong.push('orders stayed under way');
  wrong.push(...seen.balance.faults.slice(0, 3).map(({ kind, detail }) => `${kind}: ${detail}`));
  return wrong;
}

async function faultOfCheck(trial: Trial, ground: Ground, seen: Seen): Promise<string[]> {
  try {
    await trial.check?.(ground, seen);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** What was recorded of a refusal: that of one that has exactly the wanted reasons, if there is one. */
async function recordedReasons(
  world: World,
  since: number,
  refused: readonly WatchedAnswer[],
  wanted: readonly string[],
): Promise<readonly string[]> {
  const traces = new Set(refused.map(({ traceId }) => traceId).filter((traceId) => traceId !== ''));
  const records = (await world.ledger.since(new Date(since - longestClockErrorMs).toISOString())).filter(
    ({ traceId, allowed }) => !allowed && traceId !== null && traces.has(traceId),
  );
  const each = [...Map.groupBy(records, ({ traceId }) => traceId).values()].map((same) =>
    [...new Set(same.flatMap(({ reasons }) => reasons))].toSorted(),
  );
  return each.find((reasons) => reasons.join() === [...wanted].toSorted().join()) ?? each[0] ?? [];
}

function slowest({ answers }: Seen): number {
  return Math.max(0, ...answers.map(({ tookMs }) => tookMs));
}

function inWords(seen: Seen, troubled: readonly WatchedAnswer[]): string {
  const reads = seen.answers.filter(({ kind, at }) => kind === 'read' && at >= seen.failedAt && at < seen.mendedAt);
  const { recoveredAfterMs: recovered, balance } = seen;
  return [
    `for ${seconds(seen.mendedAt - seen.failedAt)}`,
    `orders ${counts(troubled)}`,
    `reads ${counts(reads)}`,
    `slowest ${seconds(slowest(seen))}`,
    `well again after ${recovered === null ? '–' : seconds(recovered)}`,
    `confirmed ${balance.acknowledged}, lost ${balance.acknowledged - balance.found}`,
  ].join(' · ');
}

function counts(answers: readonly WatchedAnswer[]): string {
  const groups = [...Map.groupBy(answers, ({ code }) => code)];
  return groups.length === 0 ? 'none' : groups.map(([code, same]) => `${code} × ${same.length}`).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
