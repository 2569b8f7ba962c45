import { accessGraph, networkDoors, serviceNeeds } from '@zt/access-graph';
import { hostOf, operatorName, publicHostOf, thirdPartyHostOf } from '@zt/local-stack/compose';
import { type ComposeFile, type ComposeService, servicesOf } from './compose-file.ts';
import { type ComposeRule, ruleOfEach } from './compose-rule.ts';
import { isInProfile } from './kinds-of-service.ts';

/** The one network with a way out: on it are only third parties, and who has to do with them. */
const internet = 'internet';
/** Has to be no internal one, since a port of it is published; what is on it reaches nothing all the same. */
const entrance = accessGraph.entryPoint;
const masquerade = 'com.docker.network.bridge.enable_ip_masquerade';
const withoutMachine = 'com.docker.network.bridge.inhibit_ipv4';

/** Connections that the access graph knows nothing of, with which the stack is set up and gives out identities. */
const ofTheStack: Readonly<Record<string, readonly string[]>> = {
  vault: ['bootstrap'],
  'card-network-admin': ['card-network', 'bootstrap'],
  spire: ['spire-server', 'spire-agent'],
};

/** Names that are known out there, by who has them. */
const internetNames: Readonly<Record<string, string>> = Object.fromEntries([
  ...accessGraph.services
    .filter((service) => serviceNeeds(accessGraph, service).https.includes('third parties'))
    .map(({ name }) => [name, publicHostOf(accessGraph, name)]),
  ...accessGraph.thirdParties.map((name) => [name, thirdPartyHostOf(name)]),
]);

/** Who is on which network of those that start with the stack: of a callee's own, the callee and its callers. */
function membersByGraph(): ReadonlyMap<string, readonly string[]> {
  const members = new Map(Object.entries(ofTheStack).map(([network, names]) => [network, new Set(names)]));
  const add = (network: string, ...names: readonly string[]): void => {
    members.set(network, new Set([...(members.get(network) ?? []), ...names]));
  };
  const isThirdParty = (name: string): boolean => accessGraph.thirdParties.includes(name);
  for (const { callee, callers } of networkDoors(accessGraph)) {
    if (!isThirdParty(callee)) add(callee, callee);
    for (const caller of callers) {
      // A person at the command line, who starts a container in the profile.
      if (caller === operatorName) continue;
      const network = isThirdParty(callee) || isThirdParty(caller) ? internet : callee;
      add(network, callee, caller);
    }
  }
  return new Map([...members].map(([network, names]) => [network, [...names].toSorted()]));
}

/** Who can reach whom. */
export const networkRules: readonly ComposeRule[] = [
  {
    title: 'On the network of a callee are the callee and exactly its callers by the access graph',
    faults(file) {
      const wanted = membersByGraph();
      return [...new Set([...wanted.keys(), ...Object.keys(file.networks)])].flatMap((network) => {
        const found = membersIn(file, network);
        const due = wanted.get(network) ?? [];
        const missing = due.filter((name) => !found.includes(name)).map((name) => `${network}: ${name} is missing`);
        const odd = found
          .filter((name) => !due.includes(name))
          .map((name) => `${network}: ${name} has no business there`);
        return [...missing, ...odd];
      });
    },
  },
  ruleOfEach('Every network that a container is on is one of the file', ({ networks }, file) => {
    const unknown = Object.keys(networks).filter((network) => file.networks[network] === undefined);
    return unknown.length === 0 ? null : `is on ${unknown.join(', ')}`;
  }),
  ruleOfEach('A container without a network says so', ({ networks, network_mode }) => {
    const count = Object.keys(networks).length;
    return (count === 0) === (network_mode === 'none') ? null : `has ${count} networks and the mode ${network_mode}`;
  }),
  {
    title: 'No network has a way out but internet',
    faults: ({ networks }) =>
      Object.entries(networks).flatMap(([name, { internal, external, driver_opts }]) => {
        if (external) return [`${name}: is not the stack's own`];
        if (name === internet) return internal ? [`${name}: has no way out`] : [];
        if (internal || (name === entrance && driver_opts[masquerade] === 'false')) return [];
        return [`${name}: has a way out`];
      }),
  },
  {
    title: "The engine's machine has no address on a network without a way out",
    faults: ({ networks }) =>
      Object.entries(networks).flatMap(([name, { internal, driver_opts }]) =>
        internal && driver_opts[withoutMachine] !== 'true' ? [`${name}: has the engine's machine on it`] : [],
      ),
  },
  ruleOfEach("A service's name is known on its own network, and there only", (service) => {
    const odd = Object.entries(service.networks).filter(
      ([network, { aliases }]) => aliases.toSorted().join() !== namesOn(network, service.name).toSorted().join(),
    );
    return odd.length === 0 ? null : odd.map(([network, { aliases }]) => said(network, aliases)).join('; ');
  }),
  ruleOfEach('No container is given an address that it cannot reach', ({ environment, networks }) => {
    const named = [
      ...Object.values(environment)
        .join(' ')
        .matchAll(/([a-z][a-z-]*)\.internal\b/g),
    ];
    const far = new Set(named.map(([, callee = '']) => callee).filter((callee) => !reaches({ networks }, callee)));
    return far.size === 0 ? null : `is told where ${[...far].join(', ')} is`;
  }),
  ruleOfEach(
    'What people start themselves is on every network: it tests what services refuse, not what networks do',
    ({ networks }, file) => {
      const missing = Object.keys(file.networks).filter((network) => networks[network] === undefined);
      return missing.length === 0 ? null : `is not on ${missing.join(', ')}`;
    },
    isInProfile,
  ),
];

function membersIn(file: ComposeFile, network: string): string[] {
  const starting = servicesOf(file).filter((service) => !isInProfile(service));
  return starting.filter(({ networks }) => networks[network] !== undefined).map(({ name }) => name);
}

/** The aliases that a container has on a network. */
function namesOn(network: string, name: string): string[] {
  if (network === internet) return [internetNames[name]].filter((alias) => alias !== undefined);
  const isOwn = network === name || (ofTheStack[network]?.[0] === name && network !== 'vault');
  return isOwn ? [hostOf(name)] : [];
}

function reaches({ networks }: Pick<ComposeService, 'networks'>, callee: string): boolean {
  const own = [callee, ...Object.keys(ofTheStack).filter((network) => ofTheStack[network]?.[0] === callee)];
  return own.some((network) => networks[network] !== undefined);
}

function said(network: string, aliases: readonly string[]): string {
  return `is ${aliases.length === 0 ? 'nameless' : aliases.join(' and ')} on ${network}`;
}
