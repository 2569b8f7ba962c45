import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { HealthService, HealthCheckResponse_ServingStatus as ServingStatus } from '@zt/proto/health';
import { test as baseTest, expect } from 'vitest';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { createMtlsListener, type MtlsListener } from '../mtls/mtls-listener.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { inventory, order } from '../testing/echo-server.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { startTestWorkloadApi, type TestWorkloadApi } from '../testing/workload-api-server.ts';
import { checkHealth } from './check-health.ts';

const authority = await createTestCertificateAuthority('zt.example');
const program = fileURLToPath(new URL('main.ts', import.meta.url));

const test = baseTest.extend('agent', async ({ task: _ }, { onCleanup }): Promise<TestWorkloadApi> => {
  const agent = await startTestWorkloadApi();
  onCleanup(() => agent.close());
  const { chainDer, keyDer } = await authority.issue({ spiffeId: order });
  const svid = { spiffeId: order, x509Svid: chainDer, x509SvidKey: keyDer, bundle: authority.bundleDer, hint: '' };
  agent.send({ svids: [svid], crl: [], federatedBundles: {} });
  return agent;
});

/** Somebody who answers for their health, to order only. */
async function serveHealth(spiffeId: string, answer: ServingStatus | 'never'): Promise<MtlsListener> {
  const server = new Server();
  server.addService(HealthService, {
    check(_call: unknown, callback: (error: null, response: object) => void) {
      if (answer !== 'never') callback(null, { status: answer });
    },
    watch() {},
  });
  const svid = await authority.issueSvid({ spiffeId });
  return await createMtlsListener({
    source: createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle])),
    authorizePeer: authorizeSpiffeIds(order),
    host: '127.0.0.1',
    port: 0,
    speak(socket) {
      const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
      injector.injectConnection(socket);
      return { drain: (graceMs) => injector.drain(graceMs), ended: () => injector.destroy() };
    },
    onRefused() {},
  });
}

async function run(env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, said };
}

test('of a service that serves the program says who it is, and ends well', async ({ agent }) => {
  const listener = await serveHealth(order, ServingStatus.SERVING);
  const { port } = listener;
  expect(await run({ SPIFFE_ENDPOINT_SOCKET: agent.socket, LISTEN_ADDRESS: `localhost:${port}` })).toEqual({
    code: 0,
    said: `serving: ${order} on 127.0.0.1:${port}\n`,
  });
  await listener.close(0);
});

test('where nothing listens the program says so in one line, and ends with an error', async ({ agent }) => {
  const listener = await serveHealth(order, ServingStatus.SERVING);
  await listener.close(0);
  const env = { SPIFFE_ENDPOINT_SOCKET: agent.socket, LISTEN_ADDRESS: `127.0.0.1:${listener.port}` };
  const { code, said } = await run(env);
  expect(code).toBe(1);
  expect(said).toMatch(/^not serving: .*ECONNREFUSED.*\n$/);
});

test('without its settings the program says which it needs', async () => {
  const { code, said } = await run({});
  expect(code).toBe(1);
  expect(said).toMatch(/^not serving: SPIFFE_ENDPOINT_SOCKET and LISTEN_ADDRESS have to .*\n$/);
});

test('a service that says that it does not serve is not healthy', async ({ agent }) => {
  const { host, port, close } = await serveHealth(order, ServingStatus.NOT_SERVING);
  await expect(checkHealth({ socket: agent.socket, listen: { host, port } })).rejects.toThrow('says that it does not');
  await close(0);
});

test('another workload in the place of the service does not answer for it', async ({ agent }) => {
  const { host, port, close } = await serveHealth(inventory, ServingStatus.SERVING);
  await expect(checkHealth({ socket: agent.socket, listen: { host, port } })).rejects.toThrow(
    `${inventory} is not a peer of this connection`,
  );
  await close(0);
});

test('a service that never answers, or an agent without an identity for it, does not keep anybody waiting', async ({
  agent,
}) => {
  const { host, port, close } = await serveHealth(order, 'never');
  const options = { socket: agent.socket, listen: { host, port }, timeoutMs: 1_000 };
  await expect(checkHealth(options)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  agent.deny();
  await expect(checkHealth(options)).rejects.toMatchObject({ reason: 'identity_unavailable' });
  await close(0);
});
