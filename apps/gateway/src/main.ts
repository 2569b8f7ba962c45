import { getRequestListener } from '@hono/node-server';
import { accessGraph, policyData } from '@zt/access-graph';
import { tokenScopesOf } from '@zt/kit/authz';
import { readUserIssuer, runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { parseGatewayConfig } from './config.ts';
import { connectDownstream } from './downstream.ts';
import { createGatewayService } from './gateway-service.ts';
import { createOpenApiDocument } from './openapi-document.ts';
import { createRateLimits } from './rate-limits.ts';
import { createRefusedAddresses } from './refused-addresses.ts';

const config = parseGatewayConfig(process.env);
const userTokens = readUserIssuer(process.env);
const data = policyData(accessGraph);

await runService({
  name: 'gateway',
  env: process.env,
  policy: { wasm: policyWasm, data },
  userTokens,
  start: async (kit) => {
    const refusedAddresses = createRefusedAddresses({ onSum: (sum) => kit.log.warn('addresses_limited', { ...sum }) });
    kit.onShutdown(() => refusedAddresses.close());
    const service = createGatewayService({
      decide: (request) => kit.decide(request),
      refuse: (call, error) => kit.refuse(call, error),
      downstream: connectDownstream(kit),
      limits: createRateLimits({ address: config.addressLimit, user: config.userLimit }),
      refusedAddresses,
      openApiDocument: createOpenApiDocument({
        issuer: userTokens.issuer,
        scopesOf: (method) => tokenScopesOf(data, method) ?? [],
      }),
      now: () => new Date(),
      onFailure: (failure) => kit.log.error('request_failed', failure),
    });
    const listener = getRequestListener(service.fetch, { overrideGlobalObjects: false });
    await kit.serveHttps(listener, config.publicAddress);
  },
});
