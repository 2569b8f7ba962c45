import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph, httpsClientsOf, type ServiceName, serviceNames } from '@zt/access-graph';
import getPort, { clearLockedPorts } from 'get-port';
import { z } from 'zod';
import type { StackPorts } from '../stack-context.ts';

const port = z.number().int().min(1).max(65535);
const ofServers = z.object({
  spireServer: port,
  postgres: port,
  vault: port,
  vaultCluster: port,
  dex: port,
  cardNetwork: port,
  cardNetworkAdmin: port,
} satisfies Record<Exclude<keyof StackPorts, 'grpc' | 'https'>, typeof port>);
const ofServices = z.record(z.string(), port);
const rememberedPorts = ofServers.extend({ grpc: ofServices, https: ofServices });

/** Those that a stack was given when it was last started: none for a service that the access graph has only since then. */
export type RememberedPorts = Omit<StackPorts, 'grpc'> & { readonly grpc: Partial<StackPorts['grpc']> };

/** Below the ports that systems give to outgoing connections, which come and go at any time. */
const lowest = 20_000;
const highest = 32_000;

/** The ports of the run before, as far as they are free, and new ones in place of the others. Remembers them. */
export async function choosePorts(stateDirectory: string): Promise<StackPorts> {
  const remembered = await readPorts(stateDirectory);
  const wanted = [remembered, remembered?.grpc, remembered?.https].flatMap((each): unknown[] =>
    Object.values(each ?? {}),
  );
  const chosen: number[] = [];
  async function chooseEach<Name extends string>(
    names: readonly Name[],
    preferred: Readonly<Partial<Record<Name, number>>> | undefined,
  ): Promise<Record<Name, number>> {
    const ports: [Name, number][] = [];
    for (const name of names) {
      const candidates = [preferred?.[name] ?? [], randomPorts(20).filter((each) => !wanted.includes(each))].flat();
      const port = await getPort({ port: candidates, host: '127.0.0.1', exclude: chosen });
      chosen.push(port);
      ports.push([name, port]);
    }
    return Object.fromEntries(ports) as Record<Name, number>;
  }
  // The library remembers for a while what it gave out; here that is what is wanted again.
  clearLockedPorts();
  const ports: StackPorts = {
    ...(await chooseEach(ofServers.keyof().options, remembered ?? undefined)),
    grpc: await chooseEach(serviceNames, remembered?.grpc),
    https: await chooseEach(servicesWithHttps(), remembered?.https),
  };
  await writeFile(fileIn(stateDirectory), `${JSON.stringify(ports, null, 2)}\n`, { mode: 0o600 });
  return ports;
}

/** The ports that were chosen last; null where there are none. */
export async function readPorts(stateDirectory: string): Promise<RememberedPorts | null> {
  try {
    return rememberedPorts.parse(JSON.parse(await readFile(fileIn(stateDirectory), 'utf8')));
  } catch {
    // None yet, or of another version: chosen anew.
    return null;
  }
}

function servicesWithHttps(): ServiceName[] {
  return accessGraph.services.filter((service) => httpsClientsOf(service).length > 0).map(({ name }) => name);
}

/** At random, so that two stacks that start at the same time don't choose the same. */
function randomPorts(count: number): number[] {
  return Array.from({ length: count }, () => randomInt(lowest, highest));
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'ports.json');
}
