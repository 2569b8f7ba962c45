import type { AccessGraph, GraphService } from '../graph.ts';
import { servesHttps } from './doors.ts';
import { environmentOf } from './environment.ts';
import { inNamespace, type Manifest } from './manifest.ts';
import { imageOf, labelsOf, ports, userId } from './places.ts';
import { volumesOf } from './volumes.ts';

/**
 * Copies of a service, hardened as docker-compose.yml has them: no root, no capability, no file that can be changed but in
 * /tmp and its own volume, no token for the cluster's API. How many there are the autoscaler says.
 */
export function deployment(graph: AccessGraph, service: GraphService): Manifest {
  const labels = labelsOf(service.name);
  const { mounts, volumes } = volumesOf(service);
  return inNamespace('apps/v1', 'Deployment', service.name, {
    spec: {
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: service.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 20,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: userId,
            runAsGroup: userId,
            fsGroup: userId,
            fsGroupChangePolicy: 'OnRootMismatch',
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: [spread(labels)],
          containers: [
            {
              name: service.name,
              image: imageOf(service.name),
              ports: portsOf(service),
              env: environmentOf(graph, service),
              resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '384Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              ...probes,
              // Until everybody knows that this copy is leaving, it still takes calls.
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
              volumeMounts: mounts,
            },
          ],
          volumes,
        },
      },
    },
  });
}

const health = { exec: { command: ['/usr/local/bin/node', '/app/health.js'] }, timeoutSeconds: 5 };

/** Each asks the service over mutual TLS and starts a process for it, so they are not frequent. */
const probes = {
  startupProbe: { ...health, periodSeconds: 5, failureThreshold: 24 },
  readinessProbe: { ...health, periodSeconds: 10, failureThreshold: 3 },
  // Only what does not recover for minutes is started anew: without an SVID nobody is well, and starting anew gives none.
  livenessProbe: { ...health, periodSeconds: 30, failureThreshold: 10 },
};

function portsOf(service: GraphService): object[] {
  const grpc = { name: 'grpc', containerPort: ports.grpc };
  return servesHttps(service) ? [grpc, { name: 'https', containerPort: ports.https }] : [grpc];
}

/** Over as many nodes as there are, where that can be done. */
function spread(labels: object): object {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  };
}
