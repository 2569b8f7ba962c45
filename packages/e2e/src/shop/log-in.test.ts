import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { text } from 'node:stream/consumers';
import { pemOfX509Svid } from '@zt/kit/identity';
import { createTestCertificateAuthority, type TestCertificateAuthority } from '@zt/kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logIn } from './log-in.ts';

let authority: TestCertificateAuthority;
let server: Server;
let issuer: string;
let challenge = '';
let asked: URLSearchParams;

beforeAll(async () => {
  authority = await createTestCertificateAuthority('zt.example');
  const spiffeId = 'spiffe://zt.example/ns/shop/sa/identity';
  server = createServer(pemOfX509Svid(await authority.issueSvid({ spiffeId, dnsNames: ['localhost'] })));
  server.on('request', (request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `https://localhost:${(server.address() as { port: number }).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** As much of an OpenID Provider as a login meets: pages, cookies, redirects, a check of PKCE. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', issuer);
  const form = new URLSearchParams(await text(request));
  const redirect = (location: string, cookie = 'login=7; Path=/; Secure; HttpOnly') =>
    response.writeHead(303, { location, 'set-cookie': cookie }).end();
  const json = (body: object, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /.well-known/openid-configuration':
      return void json({ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` });
    case 'GET /auth':
      asked = url.searchParams;
      challenge = asked.get('code_challenge') ?? '';
      return void redirect('/interaction/7');
    case 'GET /interaction/7':
      return void response.end('<form method="post">');
    case 'POST /interaction/7':
      if (request.headers.cookie !== 'login=7' || request.headers.origin !== issuer)
        return void response.writeHead(403).end();
      if (form.get('user') === 'mallory') return void response.writeHead(429).end();
      if (form.get('password') !== 'the right password') return void response.writeHead(401).end();
      return void redirect('/auth/7');
    case 'GET /auth/7':
      return void redirect(`${asked.get('redirect_uri')}?code=code&state=${asked.get('state')}`);
    case 'POST /token': {
      const verifier = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (form.get('code') !== 'code' || verifier !== challenge) return void json({ error: 'invalid_grant' }, 400);
      return void json({ access_token: `token of ${form.get('client_id')}`, token_type: 'Bearer', expires_in: 600 });
    }
    default:
      return void response.writeHead(404).end();
  }
}

const ca = () => authority.bundle.x509Authorities.map((certificate) => certificate.toString());

test('a user who logs in gets an access token for all that the gateway takes', async () => {
  const token = await logIn({ issuer, ca: ca(), user: 'alice', password: 'the right password' });
  expect(token).toBe('token of zt-cli');
  expect(asked.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['openid', 'orders:write', 'payments:write']));
  expect(asked.get('code_challenge_method')).toBe('S256');
});

test('less can be asked for', async () => {
  await logIn({ issuer, ca: ca(), user: 'alice', password: 'the right password', scopes: ['orders:read'] });
  expect(asked.get('scope')).toBe('openid orders:read');
});

test.each([
  ['a wrong password', 'alice', 'the password of alice is wrong'],
  ['too many attempts', 'mallory', 'too many attempts to log in as mallory'],
])('%s is told, without the password', async (_title, user, message) => {
  const attempt = logIn({ issuer, ca: ca(), user, password: 'hunter2' });
  await expect(attempt).rejects.toThrow(message);
  await expect(attempt).rejects.not.toThrow('hunter2');
});

test('a provider that another authority vouches for gets no password', async () => {
  const other = await createTestCertificateAuthority('zt.example');
  const otherCa = other.bundle.x509Authorities.map((certificate) => certificate.toString());
  await expect(logIn({ issuer, ca: otherCa, user: 'alice', password: 'the right password' })).rejects.toThrow();
});
