import { inNamespace, type Manifest } from './manifest.ts';
import { labelsOf } from './places.ts';

/** Whoever empties nodes takes one copy at a time. */
export function podDisruptionBudget(service: string): Manifest {
  return inNamespace('policy/v1', 'PodDisruptionBudget', service, {
    spec: { maxUnavailable: 1, selector: { matchLabels: labelsOf(service) } },
  });
}
