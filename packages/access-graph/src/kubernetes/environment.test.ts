import { expect, test } from 'vitest';
import { accessGraph } from '../access-graph.ts';
import { environmentOf } from './environment.ts';
import { kubernetesBase } from './kubernetes-base.ts';
import { type Endpoint, objectsOf, type Policy, reaches } from './testing/network-policy-rules.ts';

interface Service {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly selector: Record<string, string>; readonly ports: readonly { readonly port: number }[] };
}

const files = kubernetesBase(accessGraph);
const policies = objectsOf<Policy>('NetworkPolicy', files);
const served = objectsOf<Service>('Service', files);
/** Whoever installs these brings their Services. */
const elsewhere = ['vault:8200', 'postgres:5432'];

const pod = (name: string): Endpoint => ({
  name,
  address: '10.0.0.1',
  pod: { namespace: 'shop', labels: { 'app.kubernetes.io/name': name } },
});

for (const service of accessGraph.services) {
  const told = environmentOf(accessGraph, service)
    .map(({ value = '' }) => /^(?:https:\/\/)?([a-z-]+):(\d+)$/.exec(value))
    .filter((match) => match !== null)
    .map(([, host = '', port]) => ({ host, port: Number(port) }));

  test(`every address that ${service.name} is told is somebody's, and within its reach`, () => {
    expect(told).not.toEqual([]);
    for (const { host, port } of told) {
      const isServed = served.some(
        ({ metadata, spec }) => metadata.name === host && spec.ports.some((each) => each.port === port),
      );
      expect(isServed || elsewhere.includes(`${host}:${port}`), `${host}:${port} is a Service`).toBe(true);
      if (host === service.name) continue;
      expect(reaches(policies, pod(service.name), pod(host), port), `reaches ${host}:${port}`).toBe(true);
    }
  });
}
