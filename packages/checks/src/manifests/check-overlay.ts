import type { AccessGraph } from '@zt/access-graph';
import { ciliumConnections } from './cilium-connections.ts';
import { type Connection, differences } from './connection.ts';
import { cyclonusConnections } from './cyclonus-connections.ts';
import { everybody, ports } from './everybody.ts';
import { istioPolicies } from './istio-connections.ts';
import { linkerdConnections } from './linkerd-connections.ts';
import type { ManifestObject } from './manifest-object.ts';
import { istioMarks, linkerdMarks, meshFaults } from './mesh-faults.ts';
import type { OverlayRules } from './overlay-rules.ts';
import { wantedInMesh, wantedInNetwork } from './wanted-connections.ts';

export interface ConnectivityPrograms {
  readonly cyclonus: string;
  readonly 'cilium-policy': string;
}

/** What somebody found out of an overlay's objects, and how it differs from the graph. */
export interface Finding {
  readonly by: string;
  readonly connections: number;
  readonly faults: readonly string[];
}

/** Compares what an overlay lets through with the access graph, edge by edge: in the network, and in its mesh where it has one. */
export async function checkOverlay(
  graph: AccessGraph,
  objects: readonly ManifestObject[],
  rules: OverlayRules,
  programs: ConnectivityPrograms,
): Promise<Finding[]> {
  return [await networkFinding(graph, objects, rules, programs), ...meshFindings(graph, objects, rules)];
}

async function networkFinding(
  graph: AccessGraph,
  objects: readonly ManifestObject[],
  { network, networkPolicies }: OverlayRules,
  programs: ConnectivityPrograms,
): Promise<Finding> {
  const others = objects.filter(({ kind }) => kind.endsWith('NetworkPolicy') && kind !== networkPolicies);
  const leftOver = others.map(({ kind, metadata }) => `${kind} ${metadata.name} is there beside ${networkPolicies}`);
  const all = everybody(graph, objects);
  const [by, found] =
    networkPolicies === 'NetworkPolicy'
      ? (['cyclonus', await cyclonusConnections(programs.cyclonus, objects, all, ports)] as const)
      : (["Cilium's policy engine", await ciliumConnections(programs['cilium-policy'], objects, all, ports)] as const);
  return finding(by, found, network, leftOver);
}

function meshFindings(
  graph: AccessGraph,
  objects: readonly ManifestObject[],
  { mesh, istio }: OverlayRules,
): Finding[] {
  const wanted = wantedInMesh(graph);
  if (mesh === null) return [];
  if (mesh === 'Linkerd') {
    const faults = meshFaults(objects, linkerdMarks, wantedInNetwork(graph));
    return [finding("Linkerd's objects, read back", linkerdConnections(objects), wanted, faults)];
  }
  const { connections, deniesTheRest, dryRun, enforced, modes } = istioPolicies(objects);
  const policies = istio?.policies ?? 'none';
  const marks = meshFaults(objects, istioMarks, wantedInNetwork(graph));
  const modeFaults =
    modes.join() === istio?.mode ? [] : [`PeerAuthentication is ${modes.join() || 'not there'}, not ${istio?.mode}`];
  const countFaults = [
    ...(policies !== 'dry run' && dryRun > 0 ? [`${dryRun} policies are a dry run`] : []),
    ...(policies !== 'enforced' && enforced > 0 ? [`${enforced} policies are enforced`] : []),
    ...(policies !== 'none' && !deniesTheRest ? ['no policy denies the rest'] : []),
  ];
  return [
    finding("Istio's objects, read back", connections, policies === 'none' ? [] : wanted, [
      ...marks,
      ...modeFaults,
      ...countFaults,
    ]),
  ];
}

function finding(
  by: string,
  found: readonly Connection[],
  wanted: readonly Connection[],
  others: readonly string[],
): Finding {
  return { by, connections: found.length, faults: [...differences(found, wanted), ...others] };
}
