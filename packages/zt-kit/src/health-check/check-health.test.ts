import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { HealthCheckResponse_ServingStatus as ServingStatus } from '@zt/proto/health';
import { test as baseTest, expect } from 'vitest';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { inventory, order } from '../testing/echo-server.ts';
import { type HealthServer, serveHealth } from '../testing/health-server.ts';
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

const serve = (spiffeId: string, answer: () => Promise<ServingStatus>): Promise<HealthServer> =>
  serveHealth({ authority, spiffeId, answer });
const serving = async () => ServingStatus.SERVING;

async function run(env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, said };
}

test('of a service that serves the program says who it is, and ends well', async ({ agent }) => {
  const server = await serve(order, serving);
  const { port } = server;
  expect(await run({ SPIFFE_ENDPOINT_SOCKET: agent.socket, LISTEN_ADDRESS: `localhost:${port}` })).toEqual({
    code: 0,
    said: `serving: ${order} on 127.0.0.1:${port}\n`,
  });
  await server.die();
});

test('where nothing listens the program says so in one line, and ends with an error', async ({ agent }) => {
  const server = await serve(order, serving);
  await server.die();
  const env = { SPIFFE_ENDPOINT_SOCKET: agent.socket, LISTEN_ADDRESS: `127.0.0.1:${server.port}` };
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
  const { port, die } = await serve(order, async () => ServingStatus.NOT_SERVING);
  await expect(checkHealth({ socket: agent.socket, listen: { host: '127.0.0.1', port } })).rejects.toThrow(
    'says that it does not',
  );
  await die();
});

test('another workload in the place of the service does not answer for it', async ({ agent }) => {
  const { port, die } = await serve(inventory, serving);
  await expect(checkHealth({ socket: agent.socket, listen: { host: '127.0.0.1', port } })).rejects.toThrow(
    `${inventory} is not a peer of this connection`,
  );
  await die();
});

test('a service that never answers, or an agent without an identity for it, does not keep anybody waiting', async ({
  agent,
}) => {
  const { port, die } = await serve(order, () => new Promise(() => {}));
  const options = { socket: agent.socket, listen: { host: '127.0.0.1', port }, timeoutMs: 1_000 };
  await expect(checkHealth(options)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  agent.deny();
  await expect(checkHealth(options)).rejects.toMatchObject({ reason: 'identity_unavailable' });
  await die();
});
