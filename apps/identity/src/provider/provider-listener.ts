import type { RequestListener } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type Provider from 'oidc-provider';

/**
 * What the provider's HTTPS listener serves: its own pages, and all the rest by oidc-provider. Requests for another
 * host than the issuer's get nothing: the provider would put that host into the addresses that it gives out.
 */
export function createProviderListener(
  provider: Provider,
  interactions: Hono<{ Bindings: HttpBindings }>,
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
    if (request.url?.startsWith('/interaction/')) void pages(request, response);
    else void openId(request, response);
  };
}
