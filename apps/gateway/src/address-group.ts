import ipaddr from 'ipaddr.js';

const prefixBytes = 8;

/**
 * Whom a limit by address counts: an IPv4 address, or the /64 of an IPv6 address, of which one household has 2^64. Text
 * that is no address is a group of its own.
 */
export function addressGroupOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const network = parsed.toByteArray().slice(0, prefixBytes);
  return `${ipaddr.fromByteArray([...network, ...new Array<number>(prefixBytes).fill(0)]).toString()}/64`;
}
