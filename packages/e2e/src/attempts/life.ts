import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCardNetworkAdmin } from '@zt/card-network/admin';
import { createRotationCount, type ServiceRotations } from '../ledger/rotation-count.ts';
import { servedUntil } from '../ledger/served-until.ts';
import { letOrdersFlow } from '../shop/traffic.ts';
import { zt } from '../zt-command.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { smallOrder, type World } from './world.ts';

const workers = 2;
/** Before something happens and after it. */
const aroundMs = 3_000;
/** A service that is asked seldom may be a while in deciding something with what is new. */
const seldomMs = 60_000;
const lookMs = 2_000;
/** Nobody waits for a certificate that lives for hours. */
const longestLifeMs = 5 * 60_000;

/** Lets alice's orders flow while something happens, and gives what of it is in the ledger. */
async function ordersDuring(
  world: World,
  happening: (since: string) => Promise<void>,
): Promise<{ readonly evidence: Evidence; readonly services: readonly ServiceRotations[] }> {
  const startedAt = new Date().toISOString();
  const stop = new AbortController();
  const flowing = letOrdersFlow({
    shop: world.shop,
    token: () => world.tokenOf('alice'),
    order: smallOrder,
    workers,
    signal: stop.signal,
  });
  try {
    await happening(startedAt);
  } finally {
    stop.abort();
  }
  const { placed, failed, failures } = await flowing;
  const went = failed === 0 && placed > 0 ? 'OK' : `${failed} of ${placed + failed} orders failed`;
  const message = [`${placed} placed`, ...failures].join('; ');
  return {
    evidence: { code: went, reasons: [], message, recordedBy: null },
    services: await servicesSince(world, startedAt),
  };
}

async function servicesSince(world: World, time: string): Promise<readonly ServiceRotations[]> {
  const rotations = createRotationCount();
  rotations.add(await world.ledger.since(time));
  return rotations.services();
}

/** Waits until what orders were decided with at this time has ended, and every service has decided with something new. */
async function untilReplaced(world: World, since: string): Promise<void> {
  await sleep(aroundMs);
  const endsAfterMs = servedUntil(await world.ledger.since(since)) - Date.now();
  if (endsAfterMs > longestLifeMs) throw new Error('what is served with lives too long to see it replaced');
  await sleep(Math.max(0, endsAfterMs));
  const end = Date.now() + seldomMs;
  while (!areReplaced(await servicesSince(world, since)) && Date.now() < end) await sleep(lookMs);
  await sleep(aroundMs);
}

function areReplaced(services: readonly ServiceRotations[]): boolean {
  return services.length > 0 && services.every(({ svids, logins }) => svids > 1 && logins !== 1);
}

const rotation: Attempt = {
  id: 'life/rotation',
  title: 'Orders flow while every SVID and every database login is replaced',
  from: 'alice',
  to: 'gateway',
  method: '/gateway/PlaceOrder',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  async run(world) {
    const { evidence, services } = await ordersDuring(world, (since) => untilReplaced(world, since));
    return { ...evidence, recordedBy: areReplaced(services) ? inWords(services) : null };
  },
};

const authorityRoll: Attempt = {
  id: 'life/authority-roll',
  title: 'Orders flow while the authority of all certificates is rolled: prepare, activate, taint, revoke',
  from: 'alice',
  to: 'gateway',
  method: '/gateway/PlaceOrder',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  async run(world) {
    const before = await readFile(world.stack.bundleFile, 'utf8');
    const { evidence, services } = await ordersDuring(world, async () => {
      await sleep(aroundMs);
      await zt('roll-ca', '--name', world.stack.name);
      await sleep(aroundMs);
    });
    const rolled =
      before !== (await readFile(world.stack.bundleFile, 'utf8')) && services.every(({ svids }) => svids > 1);
    return { ...evidence, recordedBy: rolled && services.length > 0 ? inWords(services) : null };
  },
};

const apiKeyRotation: Attempt = {
  id: 'life/api-key-rotation',
  title: "Orders flow while the card network's API key is replaced: issue, write, use, revoke",
  from: 'alice',
  to: 'gateway',
  method: '/gateway/PlaceOrder',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  async run(world) {
    const network = createCardNetworkAdmin(world.stack.cardNetwork.admin);
    const before = (await network.listKeys()).map(({ keyId }) => keyId);
    const { evidence } = await ordersDuring(world, async () => {
      await sleep(aroundMs);
      await zt('rotate-api-key', '--name', world.stack.name);
      await sleep(aroundMs);
    });
    const [key, ...others] = await network.listKeys();
    const replaced = key !== undefined && others.length === 0 && !before.includes(key.keyId) && key.lastUsedAt !== null;
    return { ...evidence, recordedBy: replaced ? 'the card network, which accepts the new key only' : null };
  },
};

function inWords(services: readonly ServiceRotations[]): string {
  const svids = services.reduce((sum, each) => sum + each.svids, 0);
  const logins = services.reduce((sum, each) => sum + each.logins, 0);
  return `the ledger: ${svids} SVIDs and ${logins} database logins served`;
}

/** Everything that expires is replaced in time, and nobody who orders notices. */
export const life: readonly Attempt[] = [rotation, authorityRoll, apiKeyRotation];
