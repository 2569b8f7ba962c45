import { expect, it } from 'vitest';
import { accessGraph } from '../../access-graph.ts';
import { defineGraph } from '../../define-graph.ts';
import { networkDoors } from '../../network-doors.ts';
import { smallGraph } from '../../testing/small-graph.ts';
import { meshDoors, portsFromOutside } from './mesh-doors.ts';

it('has a door for each workload that another one calls, with the same callers as the network', () => {
  const isWorkload = (name: string): boolean => accessGraph.workloads.some((workload) => workload.name === name);
  const wanted = networkDoors(accessGraph)
    .map(({ callee, callers }) => ({ callee, callers: callers.filter(isWorkload) }))
    .filter(({ callee, callers }) => isWorkload(callee) && callers.length > 0);
  const found = meshDoors(accessGraph)
    .filter(({ port }) => port !== 8444)
    .map(({ callee, callers }) => ({ callee, callers }));
  expect(found).toEqual(expect.arrayContaining(wanted));
  expect(found).toHaveLength(wanted.length);
});

it("lets the entry point alone read the provider's keys over HTTPS", () => {
  expect(meshDoors(accessGraph).filter(({ port }) => port === 8444)).toEqual([
    { callee: 'identity', port: 8444, callers: ['gateway'] },
  ]);
});

it('names a port for the outside where users or a third party come in, and nowhere else', () => {
  const graph = defineGraph(smallGraph());
  const ports = graph.workloads.map(({ name }) => [name, portsFromOutside(graph, name)]);
  expect(Object.fromEntries(ports)).toEqual({ door: [8444], lamp: [8444], cellar: [] });
});

it('refuses a port that is both for the outside and for the mesh: no proxy could tell who came', () => {
  const { services, amountLimits: _limits, ...rest } = smallGraph();
  const graph = defineGraph({
    ...rest,
    services: { door: services.door, identity: services.lamp } as typeof services,
    amountLimits: [],
  });
  expect(() => portsFromOutside(graph, 'identity')).toThrow('identity:8444 is called from outside and by door');
});
