import { isIP } from 'node:net';
import type { HoursSource, MethodSource, RateLimitSource, UserLimitSource } from '../graph-source.ts';
import { repeated } from '../repeated.ts';
import type { NamedMethod } from './method-faults.ts';

const timeOfDay = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** What is wrong with the conditions that a method sets besides its callers and scopes. */
export function faultsOfRestrictions({ name, rule }: NamedMethod): string[] {
  return [
    ...faultsOfRoles(name, rule),
    ...(rule.hours === undefined ? [] : faultsOfHours(name, rule.hours)),
    ...(rule.networks === undefined ? [] : faultsOfNetworks(name, rule.networks)),
    ...(rule.rateLimit === undefined ? [] : faultsOfRate(name, rule.rateLimit)),
    ...(rule.distinctUsers === undefined ? [] : faultsOfUsers(name, rule, rule.distinctUsers)),
    ...repeated(rule.observe ?? []).map((reason) => `${name} observes ${reason} twice`),
  ];
}

function faultsOfRoles(name: string, { roles, for: behalf }: MethodSource): string[] {
  if (roles === undefined) return [];
  return [
    ...(roles.length === 0 || roles.includes('') ? [`${name} asks for a role without a name`] : []),
    ...repeated(roles).map((role) => `${name} asks for the role ${role} twice`),
    ...(behalf === 'user' ? [] : [`${name} asks for a role, which users only have`]),
  ];
}

function faultsOfHours(name: string, { from, until }: HoursSource): string[] {
  return [
    ...[from, until]
      .filter((time) => !timeOfDay.test(time))
      .map((time) => `${name} has the hour ${time}, not like 06:00`),
    ...(from === until ? [`${name} has hours that end when they begin`] : []),
  ];
}

function faultsOfNetworks(name: string, networks: readonly string[]): string[] {
  return [
    ...(networks.length === 0 ? [`${name} has a list of networks with none in it`] : []),
    ...networks.filter((network) => !isNetwork(network)).map((network) => `${name} has the network ${network}`),
    ...repeated(networks).map((network) => `${name} has the network ${network} twice`),
  ];
}

function isNetwork(network: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(0|[1-9][0-9]{0,2})$/.exec(network) ?? [];
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return bits !== '' && Number(bits) <= longest;
}

function faultsOfRate(name: string, { calls, seconds }: RateLimitSource): string[] {
  return isCount(calls) && isCount(seconds) && seconds <= 3600
    ? []
    : [`${name} has a rate limit that is not a count of calls in up to 3600 seconds`];
}

/** Whoever calls has as many of them remembered. */
const mostUsers = 10_000;

function faultsOfUsers(
  name: string,
  { callers, for: behalf }: MethodSource,
  { users, seconds }: UserLimitSource,
): string[] {
  return [
    ...(isCount(users) && users <= mostUsers && isCount(seconds) && seconds <= 3600
      ? []
      : [`${name} has a limit of users that is not a count of up to ${mostUsers} users in up to 3600 seconds`]),
    ...(behalf === 'user' ? [] : [`${name} limits the users of its callers, and is not for users alone`]),
    ...(callers === 'users' ? [`${name} limits the users of its callers, and they call it themselves`] : []),
  ];
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
