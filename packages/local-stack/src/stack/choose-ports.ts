import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort, { clearLockedPorts } from 'get-port';
import { z } from 'zod';
import type { StackPorts } from '../stack-context.ts';

const port = z.number().int().min(1).max(65535);
const stackPorts = z.object({
  spireServer: port,
  postgres: port,
  vault: port,
  vaultCluster: port,
  gateway: port,
  gatewayPublic: port,
  order: port,
  inventory: port,
  payment: port,
  paymentPublic: port,
  identity: port,
  identityPublic: port,
  audit: port,
  dex: port,
  cardNetwork: port,
  cardNetworkAdmin: port,
} satisfies Record<keyof StackPorts, typeof port>);

/** Below the ports that systems give to outgoing connections, which come and go at any time. */
const lowest = 20_000;
const highest = 32_000;

/** The ports of the run before, as far as they are free, and new ones in place of the others. Remembers them. */
export async function choosePorts(stateDirectory: string): Promise<StackPorts> {
  const path = fileIn(stateDirectory);
  const remembered = await readPorts(stateDirectory);
  const chosen: Record<string, number> = {};
  // The library remembers for a while what it gave out; here that is what is wanted again.
  clearLockedPorts();
  for (const name of stackPorts.keyof().options) {
    const preferred = remembered?.[name];
    const candidates = [...(preferred === undefined ? [] : [preferred]), ...randomPorts(20)];
    chosen[name] = await getPort({ port: candidates, host: '127.0.0.1', exclude: Object.values(chosen) });
  }
  const ports = stackPorts.parse(chosen);
  await writeFile(path, `${JSON.stringify(ports, null, 2)}\n`, { mode: 0o600 });
  return ports;
}

/** The ports that were chosen last; null where there are none. */
export async function readPorts(stateDirectory: string): Promise<StackPorts | null> {
  try {
    return stackPorts.parse(JSON.parse(await readFile(fileIn(stateDirectory), 'utf8')));
  } catch {
    // None yet, or of another version: chosen anew.
    return null;
  }
}

/** At random, so that two stacks that start at the same time don't choose the same. */
function randomPorts(count: number): number[] {
  return Array.from({ length: count }, () => randomInt(lowest, highest));
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'ports.json');
}
