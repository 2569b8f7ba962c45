import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createIdentitySnapshot, type IdentitySnapshot, parseSpiffeId, pemOfX509Svid } from '../identity/index.ts';
import {
  createFixedX509Source,
  createTestCertificateAuthority,
  type TestCertificateAuthority,
} from '../testing/index.ts';
import { createVaultClient, type VaultClient, VaultError } from './vault-client.ts';
import { createVaultLogin } from './vault-login.ts';

const vaultId = 'spiffe://zt.example/ns/shop/sa/vault';
const orderId = 'spiffe://zt.example/ns/shop/sa/order';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

let home: TestCertificateAuthority;
let order: IdentitySnapshot;
let servers: Server[];
let received: Received[];

beforeAll(async () => {
  home = await createTestCertificateAuthority('zt.example');
  order = createIdentitySnapshot(await home.issueSvid({ spiffeId: orderId }), [home.bundle]);
});

beforeEach(() => {
  servers = [];
  received = [];
});

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (request: Received, response: ServerResponse, raw: IncomingMessage) => void;

/** A server with an SVID that answers as told, in Vault's place. Gives its address. */
async function serve(answer: Answer, authority = home, spiffeId = vaultId): Promise<string> {
  const tls = pemOfX509Svid(await authority.issueSvid({ spiffeId }));
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, async (raw, response) => {
    let text = '';
    for await (const chunk of raw.setEncoding('utf8')) text += String(chunk);
    const request = {
      method: raw.method ?? '',
      path: raw.url ?? '',
      token: raw.headers['x-vault-token'] as string | undefined,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    received.push(request);
    answer(request, response, raw);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(vaultAddress: string, identity = order, timeoutMs = 2_000): VaultClient {
  return createVaultClient({
    source: createFixedX509Source(identity),
    vaultAddress,
    vaultSpiffeId: parseSpiffeId(vaultId),
    timeoutMs,
  });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

test('a request shows the SVID, carries the token it was given, and brings the answer', async () => {
  let peer: string | undefined;
  const address = await serve((_request, response, raw) => {
    peer = (raw.socket as import('node:tls').TLSSocket).getPeerCertificate().subjectaltname;
    json(response, 200, { data: { value: 1 } });
  });
  expect(await clientOf(address).read('kv/thing', 'token-1')).toEqual({ data: { value: 1 } });
  expect(received).toEqual([{ method: 'GET', path: '/v1/kv/thing', token: 'token-1', body: undefined }]);
  expect(peer).toBe(`URI:${orderId}`);
});

test('who has no SVID shows none, and asks Vault and nobody else all the same', async () => {
  let peer: object = { subject: 'none was looked at' };
  const answer: Answer = (_request, response, raw) => {
    peer = (raw.socket as import('node:tls').TLSSocket).getPeerCertificate();
    json(response, 200, {});
  };
  const source = { current: () => ({ svid: null, bundles: order.bundles }) };
  const clientTo = (vaultAddress: string) =>
    createVaultClient({ source, vaultAddress, vaultSpiffeId: parseSpiffeId(vaultId) });
  await clientTo(await serve(answer)).read('sys/seal-status');
  expect(peer).toEqual({});
  const payment = clientTo(await serve(answer, home, 'spiffe://zt.example/ns/shop/sa/payment'));
  await expect(payment.read('x')).rejects.toMatchObject({ cause: { reason: 'peer_not_expected' } });
  expect(received).toHaveLength(1);
});

test('the server must be Vault, by its SPIFFE ID, vouched for by its own trust domain', async () => {
  const answer: Answer = (_request, response) => json(response, 200, {});
  const foreign = await createTestCertificateAuthority('other.example');
  const federated = createIdentitySnapshot(order.svid, [home.bundle, foreign.bundle]);
  const wrongId = clientOf(await serve(answer, home, 'spiffe://zt.example/ns/shop/sa/payment'));
  await expect(wrongId.read('x', 't')).rejects.toMatchObject({
    statusCode: null,
    cause: { reason: 'peer_not_expected' },
  });
  const mintedElsewhere = clientOf(await serve(answer, foreign), federated);
  await expect(mintedElsewhere.read('x', 't')).rejects.toMatchObject({
    statusCode: null,
    cause: { code: expect.any(String) },
  });
  expect(received).toEqual([]);
});

test('nothing is taken from the environment: no token, no proxy, no namespace, no leave to skip verification', async () => {
  const address = await serve((_request, response) => json(response, 200, {}));
  const other = await serve((_request, response) => json(response, 200, {}), home, orderId);
  const variables = {
    VAULT_TOKEN: 'from-environment',
    VAULT_ADDR: 'http://127.0.0.1:9',
    VAULT_NAMESPACE: 'elsewhere',
    VAULT_PREFIX: '/elsewhere',
    VAULT_SKIP_VERIFY: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    https_proxy: 'http://127.0.0.1:9',
  };
  Object.assign(process.env, variables);
  try {
    await clientOf(address).write('auth/cert/login', { name: 'order' });
    await expect(clientOf(other).read('x', 't')).rejects.toMatchObject({ reason: 'vault_unavailable' });
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
  expect(received).toEqual([
    { method: 'POST', path: '/v1/auth/cert/login', token: undefined, body: { name: 'order' } },
  ]);
});

test('a redirect is not followed: the token goes nowhere else', async () => {
  const elsewhere = await serve((_request, response) => json(response, 200, {}));
  const address = await serve((_request, response) => {
    response.writeHead(307, { location: `${elsewhere}/v1/x` }).end();
  });
  await expect(clientOf(address).read('x', 'token-1')).rejects.toMatchObject({ statusCode: 307 });
  expect(received).toHaveLength(1);
});

test('an address without TLS is a mistake at construction', () => {
  expect(() => clientOf('http://127.0.0.1:8200')).toThrow(TypeError);
});

test('a Vault that does not answer, or never ends its answer, is given up on in time', async () => {
  const silent = await serve(() => {});
  await expect(clientOf(silent, order, 100).read('x', 't')).rejects.toMatchObject({
    reason: 'vault_unavailable',
    statusCode: null,
  });
  const endless = await serve((_request, response) => {
    const more = setInterval(() => response.write(' '.repeat(64 * 1024)), 1);
    response.once('close', () => clearInterval(more));
  });
  await expect(clientOf(endless, order, 5_000).read('x', 't')).rejects.toMatchObject({
    cause: { message: 'reply is too long' },
  });
});

test('an error tells the status and what Vault says, and neither token, body nor reply', async () => {
  const address = await serve((_request, response) =>
    json(response, 403, { errors: ['permission denied'], data: { key: 'reply-secret' } }),
  );
  const error = await clientOf(address)
    .write('x', { password: 'body-secret' }, 'token-secret')
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(VaultError);
  expect(error).toMatchObject({ statusCode: 403, message: 'Vault answered 403 to x: permission denied' });
  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/-secret/);
});

/** Answers logins and renewals with tokens of this life. */
function tokens(seconds: number, renewal: { status: number; seconds: number }): Answer {
  let given = 0;
  return ({ path, token }, response) => {
    if (path === '/v1/auth/cert/login')
      return json(response, 200, { auth: { client_token: `t${++given}`, lease_duration: seconds } });
    if (renewal.status !== 200) return json(response, renewal.status, { errors: ['no'] });
    json(response, 200, { auth: { client_token: token, lease_duration: renewal.seconds } });
  };
}

async function tokenAfterHalfItsLife(answer: Answer): Promise<string> {
  const login = createVaultLogin(clientOf(await serve(answer)), 'order');
  expect((await login.token()).value).toBe('t1');
  await new Promise((resolve) => setTimeout(resolve, 600));
  return (await login.token()).value;
}

test('a token serves for half its life, is renewed then, and is shared by all who ask at once', async () => {
  const login = createVaultLogin(clientOf(await serve(tokens(1, { status: 200, seconds: 1 }))), 'order');
  const [first, second] = await Promise.all([login.token(), login.token()]);
  expect(first).toBe(second);
  expect(received.map(({ path }) => path)).toEqual(['/v1/auth/cert/login']);
  expect(await tokenAfterHalfItsLife(tokens(1, { status: 200, seconds: 1 }))).toBe('t1');
});

test('where renewal is refused, or gives too little, there is a new login', async () => {
  expect(await tokenAfterHalfItsLife(tokens(1, { status: 403, seconds: 0 }))).toBe('t2');
  // What the cert method answers where a token is bound to a certificate of an earlier authority.
  expect(await tokenAfterHalfItsLife(tokens(1, { status: 500, seconds: 0 }))).toBe('t2');
  expect(await tokenAfterHalfItsLife(tokens(1, { status: 200, seconds: 0.1 }))).toBe('t2');
});

test("where Vault is down the error is Vault's, and the token in hand is kept for the next time", async () => {
  let status = 503;
  const answer = tokens(1, { status: 200, seconds: 1 });
  const address = await serve((request, response, raw) => {
    if (received.length > 1 && status !== 200) json(response, status, { errors: [] });
    else answer(request, response, raw);
  });
  const login = createVaultLogin(clientOf(address), 'order');
  await login.token();
  await new Promise((resolve) => setTimeout(resolve, 600));
  await expect(login.token()).rejects.toMatchObject({ statusCode: 503, reason: 'vault_unavailable' });
  status = 200;
  expect((await login.token()).value).toBe('t1');
});

test('closing ends the token at Vault', async () => {
  const login = createVaultLogin(clientOf(await serve(tokens(60, { status: 200, seconds: 60 }))), 'order');
  await login.token();
  await login.close();
  expect(received.at(-1)).toMatchObject({ path: '/v1/auth/token/revoke-self', token: 't1' });
});
