import type { AccessGraph } from '../../graph.ts';
import { oncePerGraph } from '../../once-per-graph.ts';
import { doors } from '../doors.ts';

/** A port of a workload, and who in the mesh opens connections to it. */
export interface MeshDoor {
  readonly callee: string;
  readonly port: number;
  readonly callers: readonly string[];
}

/** The doors between workloads, by callee and port: what a mesh has to let through, and all of it. */
export const meshDoors = oncePerGraph((graph): readonly MeshDoor[] => {
  const callersAt = new Map<string, MeshDoor & { callers: string[] }>();
  for (const { caller, callee, ports } of doors(graph)) {
    if (caller.kind === 'outside' || callee.kind === 'outside') continue;
    for (const port of ports) {
      const key = `${callee.name}:${port}`;
      const known = callersAt.get(key) ?? { callee: callee.name, port, callers: [] };
      callersAt.set(key, known);
      known.callers.push(caller.name);
    }
  }
  return [...callersAt.values()].map((each) => ({ ...each, callers: each.callers.toSorted() }));
});

/**
 * The ports at which a workload is called from outside. The mesh's proxy has to leave them alone: who comes there has no
 * identity of the mesh's, and behind a proxy all of them would have the proxy's address, by which the workload limits them.
 */
export function portsFromOutside(graph: AccessGraph, workload: string): number[] {
  const arriving = doors(graph).filter(
    ({ caller, callee }) => caller.kind === 'outside' && callee.kind === 'workload' && callee.name === workload,
  );
  const ports = [...new Set(arriving.flatMap((door) => door.ports))];
  const shared = meshDoors(graph).find(({ callee, port }) => callee === workload && ports.includes(port));
  if (shared !== undefined) {
    throw new TypeError(
      `${workload}:${shared.port} is called from outside and by ${shared.callers.join(', ')}: no mesh can tell them apart`,
    );
  }
  return ports;
}
