import { setTimeout as sleep } from 'node:timers/promises';
import { createRotationCount } from '@zt/e2e/ledger';
import { letOrdersFlow, logInAt, type OrderRequest, type TrafficCount } from '@zt/e2e/shop';
import type { StackDescription } from '@zt/e2e/stack-description';
import type { Chapter } from './chapter.ts';
import { followLedger } from './follow-ledger.ts';
import { heading, paragraph } from './layout.ts';
import { createLiveLine } from './live-line.ts';
import { showProgress, showTraffic } from './show-traffic.ts';
import { createUserSession, type UserSession } from './user-session.ts';
import { wordsOfKind } from './words-of-kind.ts';

const workers = 2;
const lookMs = 500;

const tea: OrderRequest = {
  lines: [{ sku: 'tea-assam-100g', quantity: 1 }],
  total: { currency: 'EUR', minorUnits: 750 },
};

/** The third chapter: orders flow while certificates and database logins are replaced. None may fail. */
export async function tellTraffic(chapter: Chapter, seconds: number): Promise<boolean> {
  const { world, style, print, signal } = chapter;
  print([
    ...heading(3, 'Orders flow while identities and logins change', style),
    ...paragraph(
      `For ${seconds} s alice orders from two places at once, without a second try where an order fails. ${wordsOfKind[world.stack.kind].replacing}: both hold for a minute only, and are replaced after half of it.`,
    ),
    '',
  ]);
  const session = aliceOf(world.stack);
  const follower = await followLedger(world.stack);
  const rotations = createRotationCount();
  const startedAt = performance.now();
  let count: TrafficCount = { placed: 0, failed: 0, failures: [] };
  let flows = true;
  const ended = letOrdersFlow({
    shop: world.shop,
    token: session.token,
    order: tea,
    workers,
    onCount: (now) => {
      count = now;
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]),
  }).finally(() => {
    flows = false;
  });

  const look = async () => {
    rotations.add(await follower.read());
    return { seconds: (performance.now() - startedAt) / 1000, count, services: rotations.services() };
  };
  const line = createLiveLine(process.stdout);
  while (flows) {
    await Promise.race([ended, sleep(lookMs)]);
    const report = await look();
    if (!signal.aborted) line.update(showProgress(report, style));
  }
  count = await ended;
  line.end();
  print(showTraffic(await look(), style));
  return count.failed === 0 && count.placed > 0;
}

function aliceOf(stack: StackDescription): UserSession {
  return createUserSession(() => logInAt(stack, 'alice'));
}
