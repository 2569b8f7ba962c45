import { getRequestListener } from '@hono/node-server';
import { accessGraph, policyData } from '@zt/access-graph';
import { readUserIssuer, runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { parseGatewayConfig } from './config.ts';
import { connectDownstream } from './downstream.ts';
import { createGatewayService } from './gateway-service.ts';

const config = parseGatewayConfig(process.env);

await runService({
  name: 'gateway',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  userTokens: readUserIssuer(process.env),
  start: async (kit) => {
    const service = createGatewayService({
      decide: (request) => kit.decide(request),
      downstream: connectDownstream(kit, config),
      now: () => new Date(),
      onFailure: (failure) => kit.log.error('request_failed', failure),
    });
    const listener = getRequestListener(service.fetch, { overrideGlobalObjects: false });
    await kit.serveHttps(listener, config.publicAddress);
  },
});
