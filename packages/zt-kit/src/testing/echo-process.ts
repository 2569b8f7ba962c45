import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HealthService } from '@zt/proto/health';
import type { PolicyMethod } from '../authz/policy-data.ts';
import { runService } from '../service/run-service.ts';
import { createEcho, EchoService } from './echo-service.ts';

// A whole service for tests of its process: started with the environment of a service. On `wait`, its answer to a call
// comes a moment after the process was told to end.
const service = 'spiffe://zt.example/ns/shop/sa/order';
const anybody = { on_behalf_of: 'nobody', scopes: [], token_scopes: [], record: 'synced' } as const;
const echo: PolicyMethod = { ...anybody, service, callers: ['spiffe://zt.example/ns/shop/sa/gateway'] };
const health: PolicyMethod = { ...anybody, services: [service], callers: 'itself', record: 'refusals' };

await runService({
  name: 'order',
  env: process.env,
  policy: {
    wasm: new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url))),
    data: {
      graph: {
        trust_domain: 'zt.example',
        methods: Object.fromEntries([
          ...Object.values(EchoService).map(({ path }) => [path, echo]),
          ...Object.values(HealthService).map(({ path }) => [path, health]),
        ]),
        entry_points: [],
        edges: {},
      },
    },
  },
  async start(kit) {
    const terminated = once(process, 'SIGTERM');
    kit.onShutdown(() => Promise.reject(new Error('this does not close')));
    kit.onShutdown(() => kit.log.info('closed_after_the_last_call'));
    kit.serve(EchoService, {
      ...createEcho(),
      async unary(request) {
        kit.log.info('running');
        if (request.text === 'wait') await terminated.then(() => sleep(300));
        return request;
      },
    });
  },
});
