import { type Container, nameAmong } from '../compose/containers.ts';
import { type Scout, type Seen, sendScout, sights, type Target } from './scouting.ts';

/** What one container sees of another place when it tries all its addresses and all ports that anybody serves. */
export interface View {
  /** Services as the compose file names them; `copy` tells those of one service apart. */
  readonly caller: string;
  readonly callerCopy: string;
  readonly callee: string;
  readonly calleeCopy: string;
  readonly seen: Seen;
  /** Where it was connected. */
  readonly ports: readonly number[];
}

/** A place besides the containers. */
export interface Place {
  readonly name: string;
  readonly targets: readonly Target[];
}

export interface Reachability {
  /** Of every container, on which ports somebody listens in it. */
  readonly listening: ReadonlyMap<string, readonly number[]>;
  readonly views: readonly View[];
}

export const engineHost = "the engine's machine";

/** What every machine may serve: SSH, the web, the engine itself. */
const portsOfMachines: readonly number[] = [22, 80, 443, 2375, 2376];

interface Named {
  readonly service: string;
  readonly copy: string;
  readonly targets: readonly Target[];
}

/**
 * Lets every container that runs try every other one, the engine's machine, and these places: from inside its own network,
 * all at the same time. It takes seconds, and nothing in the containers changes.
 */
export async function findReachable(containers: readonly Container[], places: readonly Place[]): Promise<Reachability> {
  const scouts = await Promise.all(containers.filter(({ isRunning }) => isRunning).map(sendScout));
  const ports = [...new Set(scouts.flatMap((scout) => scout.ports))].toSorted((a, b) => a - b);
  const named = scouts.map((scout) => ({ scout, ...nameOf(scout.container, containers, ports) }));
  const machine = { service: engineHost, copy: engineHost, targets: machineTargets(containers, ports) };
  const elsewhere = places.map(({ name, targets }) => ({ service: name, copy: name, targets }));

  const views = await Promise.all(
    named.map(async (from) => {
      const others = [...named.filter((other) => other !== from), machine, ...elsewhere];
      return await viewsOf(from.scout, from, others);
    }),
  );
  return { listening: new Map(named.map(({ copy, scout }) => [copy, scout.ports])), views: views.flat() };
}

async function viewsOf(scout: Scout, from: Named, others: readonly Named[]): Promise<View[]> {
  const seen = await scout.look(others.flatMap(({ targets }) => targets));
  let next = 0;
  return others.map(({ service, copy, targets }) => {
    const own = seen.slice(next, next + targets.length);
    next += targets.length;
    const connected = targets.filter((_, index) => own[index] === 'connected').map(({ port }) => port);
    return {
      caller: from.service,
      callerCopy: from.copy,
      callee: service,
      calleeCopy: copy,
      // The nearest that it came: whoever is refused was at the door.
      seen: sights.find((sight) => own.includes(sight)) ?? 'no route',
      ports: [...new Set(connected)].toSorted((a, b) => a - b),
    };
  });
}

function nameOf(container: Container, containers: readonly Container[], ports: readonly number[]): Named {
  const addresses = container.networks.map(({ address }) => address).filter((address) => address !== '');
  return { service: container.service, copy: nameAmong(containers, container), targets: targetsOf(addresses, ports) };
}

/** On each network it has an address, which whoever is on it may try. */
function machineTargets(containers: readonly Container[], ports: readonly number[]): Target[] {
  const gateways = containers.flatMap(({ networks }) => networks.map(({ gateway }) => gateway));
  return targetsOf(
    [...new Set(gateways)].filter((address) => address !== ''),
    [...ports, ...portsOfMachines],
  );
}

function targetsOf(addresses: readonly string[], ports: readonly number[]): Target[] {
  return addresses.flatMap((address) => ports.map((port) => ({ address, port })));
}
