import { nameAmong } from '@zt/container-engine';
import type { Container } from '../compose/containers.ts';
import { type Scout, type Sight, sendScout, type Target } from './scouting.ts';

/** What one container saw of another place when it tried all its addresses and all ports that anybody serves. */
export interface View {
  /** Services as the compose file names them; `copy` tells those of one service apart. */
  readonly caller: string;
  readonly callerCopy: string;
  readonly callee: string;
  readonly calleeCopy: string;
  /** The nearest that it came: whoever was refused was at the door. */
  readonly seen: Seen;
  /** Where it was connected. */
  readonly ports: readonly number[];
}

/** In the order of how near one comes. Somebody else may answer for an address, as some proxies do for every one. */
const nearness = ['connected', 'refused', 'somebody else', 'timeout', 'no route'] as const;
export type Seen = (typeof nearness)[number];

/** A place besides the containers. */
export interface Place {
  readonly name: string;
  readonly targets: readonly Target[];
}

export interface Reachability {
  /** By copy, on which ports somebody listens there. */
  readonly listening: ReadonlyMap<string, readonly number[]>;
  readonly views: readonly View[];
}

export const engineHost = "the engine's machine";

interface Party {
  readonly service: string;
  readonly copy: string;
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
  readonly scout: Scout;
}

type TriedTarget = Target & { readonly party: Party | Place };

/**
 * Lets every container that runs try every other one, the engine's machine, and these places: from inside its own network,
 * all at the same time. Whom a connection led to is asked whether it has it. It takes seconds, and nothing in the containers
 * changes.
 */
export async function findReachable(containers: readonly Container[], places: readonly Place[]): Promise<Reachability> {
  const running = containers.filter(({ isRunning }) => isRunning);
  const gateways = running.flatMap(({ networks }) => networks.map(({ gateway }) => gateway));
  const scouts: Scout[] = [];

  async function partyAt(network: string, names: Pick<Party, 'service' | 'copy'>, addresses: readonly string[]) {
    const scout = sendScout(network);
    scouts.push(scout);
    const known = [...new Set(addresses)].filter((address) => address !== '');
    return { ...names, addresses: known, ports: await scout.listening(), scout };
  }

  try {
    const parties = await Promise.all([
      ...running.map((each) => {
        const names = { service: each.service, copy: nameAmong(containers, each) };
        const addresses = each.networks.map(({ address }) => address);
        return partyAt(`container:${each.id}`, names, addresses);
      }),
      partyAt('host', { service: engineHost, copy: engineHost }, gateways),
    ]);
    const callers = parties.filter(({ service }) => service !== engineHost);
    const served = [...new Set(callers.flatMap(({ ports }) => ports))];
    const views = await Promise.all(callers.map((caller) => viewsOf(caller, parties, served, places)));
    return { listening: new Map(callers.map(({ copy, ports }) => [copy, ports])), views: views.flat() };
  } finally {
    for (const scout of scouts) scout.leave();
  }
}

async function viewsOf(
  caller: Party,
  parties: readonly Party[],
  served: readonly number[],
  places: readonly Place[],
): Promise<View[]> {
  const others = parties.filter((party) => party !== caller);
  const targets: TriedTarget[] = [
    ...others.flatMap((party) => targetsOf(party, served)),
    ...places.flatMap((party) => party.targets.map((target) => ({ ...target, party }))),
  ];
  const sights = await caller.scout.look(targets.map(({ address, port }) => ({ address, port })));
  const seen = await Promise.all(targets.map((target, index) => whatWasSeen(target, sights[index])));
  return [...others, ...places].map((party) => {
    const own = targets.flatMap((target, index) =>
      target.party === party ? [{ port: target.port, seen: seen[index] ?? 'no route' }] : [],
    );
    const connected = own.filter((each) => each.seen === 'connected').map(({ port }) => port);
    const [callee, calleeCopy] = 'scout' in party ? [party.service, party.copy] : [party.name, party.name];
    return {
      ...{ caller: caller.service, callerCopy: caller.copy, callee, calleeCopy },
      seen: nearness.find((each) => own.some((one) => one.seen === each)) ?? 'no route',
      ports: [...new Set(connected)].toSorted((a, b) => a - b),
    };
  });
}

/** Every port that anybody serves, at each address; and what besides that only this one serves. */
function targetsOf(party: Party, served: readonly number[]): TriedTarget[] {
  const ports = new Set([...served, ...party.ports]);
  return party.addresses.flatMap((address) => [...ports].map((port) => ({ address, port, party })));
}

async function whatWasSeen({ port, party }: TriedTarget, sight: Sight | undefined): Promise<Seen> {
  if (sight === undefined) return 'no route';
  if (sight.seen !== 'connected' || !('scout' in party)) return sight.seen;
  const [hasIt] = await party.scout.has([{ own: port, peer: sight.from }]);
  return hasIt === true ? 'connected' : 'somebody else';
}
