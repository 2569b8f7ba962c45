import { BlockList } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

/** Something with an address: a pod where it has labels, a machine outside the cluster where it has none. */
export interface Endpoint {
  readonly name: string;
  readonly address: string;
  readonly pod?: { readonly namespace: string; readonly labels: Labels };
}

type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
}
interface Policy {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** The objects of one kind in files of Kubernetes' YAML. */
export function objectsOf<Object>(kind: string, files: readonly { readonly content: string }[]): Object[] {
  const all = files.flatMap(({ content }) => parseAllDocuments(content).map((document) => document.toJS()));
  return all.filter((object) => object.kind === kind);
}

/**
 * Whether one reaches the other at a port of TCP, by the meaning that Kubernetes gives to NetworkPolicies: a pod that a
 * policy selects lets through what some policy lets through, any other everything; both ends have to agree.
 */
export function reaches(policies: readonly Policy[], caller: Endpoint, callee: Endpoint, port: number): boolean {
  return (
    letsThrough(policies, 'Egress', caller, (rule) => matches(rule.to, callee, caller) && isPort(rule, port)) &&
    letsThrough(policies, 'Ingress', callee, (rule) => matches(rule.from, caller, callee) && isPort(rule, port))
  );
}

function letsThrough(
  policies: readonly Policy[],
  direction: 'Ingress' | 'Egress',
  { pod }: Endpoint,
  fits: (rule: Rule) => boolean,
): boolean {
  if (pod === undefined) return true;
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      spec.policyTypes.includes(direction) &&
      metadata.namespace === pod.namespace &&
      selects(spec.podSelector, pod.labels),
  );
  if (selecting.length === 0) return true;
  const rulesOf = ({ spec }: Policy): readonly Rule[] => (direction === 'Egress' ? spec.egress : spec.ingress) ?? [];
  return selecting.flatMap(rulesOf).some(fits);
}

function matches(peers: readonly Peer[] | undefined, { address, pod }: Endpoint, own: Endpoint): boolean {
  if (peers === undefined) return true;
  return peers.some(({ podSelector, namespaceSelector, ipBlock, ...rest }) => {
    if (!isDeepStrictEqual(rest, {})) throw new TypeError('a peer says something that is not understood here');
    if (ipBlock !== undefined) return isWithin(address, [ipBlock.cidr]) && !isWithin(address, ipBlock.except ?? []);
    if (pod === undefined) return false;
    const inNamespace =
      namespaceSelector === undefined
        ? pod.namespace === own.pod?.namespace
        : selects(namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace });
    return inNamespace && selects(podSelector ?? {}, pod.labels);
  });
}

function isPort({ ports }: Rule, port: number): boolean {
  return ports === undefined || ports.some((each) => each.protocol === 'TCP' && each.port === port);
}

function selects({ matchLabels = {}, ...rest }: Selector, labels: Labels): boolean {
  if (!isDeepStrictEqual(rest, {})) throw new TypeError('a selector says something that is not understood here');
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

function isWithin(address: string, cidrs: readonly string[]): boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits] = cidr.split('/');
    list.addSubnet(network, Number(bits), 'ipv4');
  }
  return list.check(address, 'ipv4');
}

export type { Policy };
