import { inNamespace, type Manifest } from './manifest.ts';

/**
 * Says how many copies there are; a Deployment does not. Two at least, so that one can go. Only the service's own container
 * counts: a mesh's proxy beside it may be idle, or say nothing of what it needs, and then nothing could be counted.
 */
export function horizontalPodAutoscaler(service: string): Manifest {
  return inNamespace('autoscaling/v2', 'HorizontalPodAutoscaler', service, {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      minReplicas: 2,
      maxReplicas: 8,
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: service,
            target: { type: 'Utilization', averageUtilization: 70 },
          },
        },
      ],
    },
  });
}
