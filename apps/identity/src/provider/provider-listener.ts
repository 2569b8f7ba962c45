import type { RequestListener } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type { JWK } from 'jose';
import type Provider from 'oidc-provider';

/**
 * What the provider's HTTPS listener serves: its own pages and the keys, and all the rest by oidc-provider. Requests for another
 * host than the issuer's get nothing: the provider would put that host into the addresses that it gives out.
 */
export function createProviderListener(
  provider: Provider,
  interactions: Hono<{ Bindings: HttpBindings }>,
  accessKeys: () => readonly JWK[],
): RequestListener {
  const { host } = new URL(provider.issuer);
  const pages = getRequestListener((request, bindings) => interactions.fetch(request, bindings as HttpBindings));
  const openId = provider.callback();
  return (request, response) => {
    if (request.headers.host !== host) {
      response.writeHead(421).end();
      return;
    }
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.url === '/jwks' && request.method === 'GET') {
      // oidc-provider knows its own keys only, and not those of other copies and of the time before a restart.
      response.writeHead(200, { 'content-type': 'application/jwk-set+json; charset=utf-8' });
      response.end(JSON.stringify({ keys: accessKeys() }));
    } else if (request.url?.startsWith('/interaction/')) void pages(request, response);
    else void openId(request, response);
  };
}
