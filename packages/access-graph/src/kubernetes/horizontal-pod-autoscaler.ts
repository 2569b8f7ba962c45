import { inNamespace, type Manifest } from './manifest.ts';

/** Says how many copies there are; a Deployment does not. Two at least, so that one can go. */
export function horizontalPodAutoscaler(service: string): Manifest {
  return inNamespace('autoscaling/v2', 'HorizontalPodAutoscaler', service, {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      minReplicas: 2,
      maxReplicas: 8,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  });
}
