import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from './connection.ts';
import { type Endpoint, isOurs } from './everybody.ts';
import type { ManifestObject } from './manifest-object.ts';
import { outputOf } from './run-program.ts';

/** What the NetworkPolicies among these objects let through, as cyclonus computes it. */
export async function cyclonusConnections(
  cyclonus: string,
  objects: readonly ManifestObject[],
  endpoints: readonly Endpoint[],
  ports: readonly number[],
): Promise<Connection[]> {
  const items = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const asked = endpoints.flatMap((caller) =>
    endpoints
      .filter((callee) => callee !== caller && (isOurs(caller) || isOurs(callee)))
      .flatMap((callee) => ports.map((port) => ({ caller, callee, port }))),
  );
  const folder = await mkdtemp(join(tmpdir(), 'zt-cyclonus-'));
  try {
    const [policies, traffic] = [join(folder, 'policies.yaml'), join(folder, 'traffic.json')];
    const list = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', items };
    await writeFile(policies, JSON.stringify(list));
    await writeFile(traffic, JSON.stringify(asked.map(trafficOf)));
    const said = await outputOf(cyclonus, [
      ...['analyze', '--mode', 'query-traffic', '--policy-path', policies, '--traffic-path', traffic],
    ]);
    const answers = [...said.matchAll(/is allowed\?\s*\|\s*(true|false)/gi)].map(([, answer]) => answer?.toLowerCase());
    if (answers.length !== asked.length) {
      throw new Error(`cyclonus was asked ${asked.length} times and answered ${answers.length} times`);
    }
    return asked
      .filter((_, index) => answers[index] === 'true')
      .map(({ caller, callee, port }) => ({ caller: caller.name, callee: callee.name, port }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function trafficOf({ caller, callee, port }: { caller: Endpoint; callee: Endpoint; port: number }): object {
  return {
    Source: peerOf(caller),
    Destination: peerOf(callee),
    ResolvedPort: port,
    ResolvedPortName: '',
    Protocol: 'TCP',
  };
}

function peerOf({ address, namespace, labels }: Endpoint): object {
  if (namespace === undefined) return { IP: address };
  const internal = {
    PodLabels: labels,
    NamespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    Namespace: namespace,
  };
  return { IP: address, Internal: internal };
}
