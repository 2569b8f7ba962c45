import { accessGraph } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { containerWorkloads, labelSelectors } from './container-workloads.ts';

const workloads = containerWorkloads(accessGraph);
const namesOf = (wanted: string) => workloads.find(({ name }) => name === wanted)?.dnsNames;

test('every workload of the access graph is known by its label, and by that alone', () => {
  expect(workloads.map(({ name }) => name)).toEqual(accessGraph.workloads.map(({ name }) => name));
  for (const workload of workloads) {
    expect(labelSelectors(workload)).toEqual([{ type: 'docker', value: `label:example.zt.workload:${workload.name}` }]);
  }
});

test('the first name is the plain one, which Vault and Postgres ask for', () => {
  for (const { name, dnsNames } of workloads) expect(dnsNames[0]).toBe(name);
});

test('containers call each other by names that certificates have', () => {
  expect(namesOf('postgres')).toEqual(['postgres', 'localhost', 'postgres.internal']);
  expect(namesOf('order')).toEqual(['order', 'order.internal']);
  expect(namesOf('payment')).toEqual(['payment', 'localhost', 'payment.internal', 'payment.zt.example']);
});
