import { getRequestListener } from '@hono/node-server';
import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { parseGatewayConfig } from './config.ts';
import { connectDownstream } from './downstream.ts';
import { createGatewayService } from './gateway-service.ts';
import { drain, listen } from './public-listener.ts';

const config = parseGatewayConfig(process.env);

await runService({
  name: 'gateway',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  userTokens: { issuer: config.issuer },
  start: async (kit) => {
    const service = createGatewayService({
      decide: (request) => kit.decide(request),
      downstream: connectDownstream(kit, config),
      now: () => new Date(),
      onFailure: (failure) => kit.log.error('request_failed', failure),
    });
    const server = kit.createHttpsServer(getRequestListener(service.fetch, { overrideGlobalObjects: false }));
    kit.onShutdown(() => drain(server));
    await listen(server, config.publicAddress);
    kit.log.info('public_listening', { address: `${config.publicAddress.host}:${config.publicAddress.port}` });
  },
});
