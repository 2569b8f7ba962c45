import type { AccessGraph } from '../graph.ts';
import { networkDoors } from '../network-doors.ts';
import { spiffeIdOf } from '../spiffe-id-of.ts';
import { reachedData } from './blast-radius-data.ts';
import { reachedMethods } from './blast-radius-methods.ts';
import type { Reached, ReachedPart } from './reached-part.ts';
import { specialPowersOf } from './special-powers.ts';

/** What somebody who owns one workload reaches with it, and what stops them there. */
export interface BlastRadius {
  readonly workload: string;
  /** Of all methods of other services, how many it may call itself. */
  readonly methods: { readonly callable: number; readonly all: number };
  readonly parts: readonly ReachedPart[];
}

/** Follows everything that a workload may do; a `TypeError` where there is none of this name. */
export function blastRadius(graph: AccessGraph, workload: string): BlastRadius {
  const identity = spiffeIdOf(graph, workload);
  const others = graph.services.filter(({ name }) => name !== workload).flatMap(({ methods }) => methods);
  return {
    workload,
    methods: { callable: others.filter(({ callers }) => isAmong(workload, callers)).length, all: others.length },
    parts: [
      {
        about: 'identity',
        reaches: [{ what: identity, how: 'being it, towards everybody' }],
        stops: [
          'its SVID expires, after 60 s in the demo, and there is no other once its SPIRE entry is deleted',
          'keys of other workloads: in containers none is within reach; without containers, nothing keeps processes of one user apart',
        ],
      },
      ...reachedMethods(graph, workload),
      ...reachedData(graph, workload),
      ...reachedDoors(graph, workload),
      ...specialPowersOf(graph, workload).map(({ power, stops }) => ({
        about: 'besides',
        reaches: [{ what: power, how: '' }],
        stops,
      })),
    ],
  };
}

function reachedDoors(graph: AccessGraph, workload: string): ReachedPart[] {
  const doors = networkDoors(graph).filter(({ callers }) => callers.includes(workload));
  if (doors.length === 0) return [];
  return [
    {
      about: 'network doors',
      reaches: [
        ...doors.map(({ callee }) => ({ what: callee, how: graph.thirdParties.includes(callee) ? 'outside' : '' })),
        ...reachedBesides(graph, workload),
      ],
      stops: [
        'in containers, it is on no other network; without containers, everything listens on the same machine',
        'behind each door of the system, a handshake with an SVID, and then all of the above',
      ],
    },
  ];
}

/** Two kinds of networks reach further than their doors. */
function reachedBesides(graph: AccessGraph, workload: string): Reached[] {
  const callsOutside = graph.services.some(({ name, apiKeysOf }) => name === workload && apiKeysOf.length > 0);
  if (callsOutside) {
    const how = 'in containers, with the way out: its network, and a cloud’s metadata service';
    return [{ what: 'whatever the machine reaches', how }];
  }
  if (workload !== graph.entryPoint) return [];
  return [{ what: 'the machine itself', how: 'in containers, what it serves on all its addresses' }];
}

function isAmong(workload: string, callers: AccessGraph['services'][number]['methods'][number]['callers']): boolean {
  return callers.kind === 'workloads' && callers.names.includes(workload);
}
