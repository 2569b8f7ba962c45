import { randomUUID } from 'node:crypto';
import { createCardNetworkAdmin } from '@zt/card-network/admin';
import type { World } from '../attempts/world.ts';
import type { HttpsRequest } from '../shop/send-request.ts';
import type { ShopClient } from '../shop/shop-client.ts';
import type { MatrixPath } from './matrix-path.ts';

/** Who looks at something says what for. */
export const purpose = 'a call of the access matrix';

type Signing = Pick<World, 'stack' | 'spiffeId' | 'shop'>;

/**
 * A request to a door that is open to people or third parties, with the least that it takes to be decided on; `token` is a
 * user's or what a third party signed.
 */
export async function requestAtDoor(
  world: Signing,
  path: MatrixPath,
  token: string | null,
  traceparent: string,
): Promise<HttpsRequest> {
  if (path.door === 'third party') {
    const headers = { 'content-type': 'application/jwt', traceparent };
    return { url: world.stack.settlementsUrl, method: 'POST', headers, body: token ?? '' };
  }
  const { method, path: template, takesBody } = await routeOf(world, path.method);
  return {
    url: `${world.stack.gatewayUrl}${template.replaceAll(/\{\w+\}/g, 'nothing-of-this-name')}`,
    method,
    headers: {
      traceparent,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(path.purpose ? { purpose } : {}),
      ...(takesBody ? { 'content-type': 'application/json' } : {}),
    },
    body: takesBody ? '{}' : null,
  };
}

/** A notice of a payment that there never was, as the card network itself signs it. */
export async function signedNotice({ stack, spiffeId }: Signing, thirdParty: string): Promise<string> {
  if (thirdParty !== 'card-network') throw new Error(`nobody here can sign what ${thirdParty} signs`);
  return await createCardNetworkAdmin(stack.cardNetwork.admin).signNotice({
    paymentId: randomUUID(),
    settlementId: randomUUID(),
    amount: { currency: 'EUR', minorUnits: 1 },
    audience: spiffeId('payment'),
    issuedAt: new Date(),
  });
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly takesBody: boolean;
}

type Operations = Readonly<Record<string, { readonly operationId?: string; readonly requestBody?: object }>>;

type Paths = Readonly<Record<string, Operations>>;

/** Asked once, whoever calls. */
const documents = new WeakMap<ShopClient, Promise<Paths>>();

function pathsOf(shop: ShopClient): Promise<Paths> {
  const known =
    documents.get(shop) ??
    shop.send(null, { method: 'GET', path: '/openapi.json' }).then(({ body }) => (body.paths ?? {}) as Paths);
  documents.set(shop, known);
  return known;
}

/** Where people call the method, by what the entry point says of itself. */
async function routeOf({ shop }: Signing, fullName: string): Promise<Route> {
  const name = fullName.slice(fullName.lastIndexOf('/') + 1).toLowerCase();
  for (const [path, operations] of Object.entries(await pathsOf(shop))) {
    for (const [method, { operationId, requestBody }] of Object.entries(operations)) {
      const takesBody = requestBody !== undefined;
      if (operationId?.toLowerCase() === name) return { method: method.toUpperCase(), path, takesBody };
    }
  }
  throw new Error(`the OpenAPI document of the entry point does not have ${fullName}`);
}
