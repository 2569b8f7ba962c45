import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Address } from './environment.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveName: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Where to listen for those who know this place by a name: on that one of the name's addresses which is this machine's,
 * and on no other. Several copies of a service share a name, and each has an address of its own; a machine in several
 * networks listens in the one that the name belongs to. A literal address is taken as it is. Throws where none of the
 * name's addresses is here.
 */
export async function ownAddress({ host, port }: Address, resolve: Resolve = resolveName): Promise<Address> {
  if (isIP(host) !== 0) return { host, port };
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new Error(`cannot listen on ${host}:${port}: the name ${host} is not known here; ${remedy}`, { cause });
  });
  const own = addresses.find(isOfThisMachine);
  if (own !== undefined) return { host: own, port };
  throw new Error(
    `cannot listen on ${host}:${port}: ${host} is ${addresses.join(', ') || 'no address'}, which is not of this machine; ${remedy}`,
  );
}

const remedy = 'give this machine that name in its network, or an address of its own to listen on';

function isOfThisMachine(address: string): boolean {
  // The whole of 127.0.0.0/8, of which the interface names one: a machine's own name is often 127.0.1.1.
  if (isIP(address) === 4 && address.startsWith('127.')) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some((each) => each.address === address));
}
