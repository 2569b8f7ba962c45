import { type HealthCheckResponse, HealthCheckResponse_ServingStatus, type HealthService } from '@zt/proto/health';
import { BusinessError } from '../errors.ts';
import type { Implementation } from './service-definition.ts';

/** gRPC health checking: whether the service takes calls. */
export interface Health {
  readonly implementation: Implementation<typeof HealthService>;
  setServing(serving: boolean): void;
}

export function createHealth(): Health {
  let serving = false;
  const listeners = new Set<() => void>();
  const answer = (): HealthCheckResponse => ({
    status: serving ? HealthCheckResponse_ServingStatus.SERVING : HealthCheckResponse_ServingStatus.NOT_SERVING,
  });

  return {
    setServing(next) {
      serving = next;
      for (const listener of listeners) listener();
    },
    implementation: {
      async check(request) {
        if (request.service !== '') throw new BusinessError('not_found', 'Health is told for the server as a whole.');
        return answer();
      },
      async *watch(_request, context) {
        while (!context.signal.aborted) {
          const changed = Promise.withResolvers<void>();
          listeners.add(changed.resolve);
          context.signal.addEventListener('abort', () => changed.resolve(), { once: true });
          try {
            yield answer();
            await changed.promise;
          } finally {
            listeners.delete(changed.resolve);
          }
        }
      },
    },
  };
}
