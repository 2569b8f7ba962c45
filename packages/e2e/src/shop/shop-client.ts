import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';

/** An answer of the gateway: the status, and what can be asked about it later. */
export interface ShopAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** W3C trace id: the same in every record that this request caused. */
  readonly traceId: string;
  readonly decisionId: string;
}

export interface Money {
  readonly currency: string;
  readonly minorUnits: number;
}

export interface OrderRequest {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly total: Money;
}

export interface Page {
  readonly size?: number;
  readonly token?: string;
}

/** A request as nobody's client would make it. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The gateway as a browser or an app sees it: HTTPS and JSON, with a user's access token or without one. */
export interface ShopClient {
  placeOrder(token: string | null, idempotencyKey: string, order: OrderRequest): Promise<ShopAnswer>;
  getOrder(token: string | null, orderId: string): Promise<ShopAnswer>;
  getStock(token: string | null, sku: string): Promise<ShopAnswer>;
  listOrders(token: string | null, page?: Page): Promise<ShopAnswer>;
  cancelOrder(token: string | null, orderId: string): Promise<ShopAnswer>;
  refundOrder(token: string | null, orderId: string, idempotencyKey: string, amount: Money): Promise<ShopAnswer>;
  /** Null is no purpose at all. */
  getAnyOrder(token: string | null, orderId: string, purpose: string | null): Promise<ShopAnswer>;
  listAnyOrders(token: string | null, user: string, purpose: string | null, page?: Page): Promise<ShopAnswer>;
  send(token: string | null, request: RawRequest): Promise<ShopAnswer>;
  close(): Promise<void>;
}

const timeoutMs = 15_000;

/** `bundleFile` is read again for each connection: authorities come and go while a client lives. */
export function createShopClient(gatewayUrl: string, bundleFile: string): ShopClient {
  let agent: { readonly ca: string; readonly dispatcher: Agent } | null = null;

  async function dispatcher(): Promise<Agent> {
    const ca = await readFile(bundleFile, 'utf8');
    if (agent?.ca !== ca) {
      void agent?.dispatcher.close();
      agent = { ca, dispatcher: new Agent({ connect: { ca }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }) };
    }
    return agent.dispatcher;
  }

  async function send(token: string | null, { method, path, headers, body }: RawRequest): Promise<ShopAnswer> {
    const response = await request(`${gatewayUrl}${path}`, {
      method,
      dispatcher: await dispatcher(),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        'user-agent': 'zt',
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.body.text();
    const traceparent = String(response.headers.traceparent ?? '');
    return {
      status: response.statusCode,
      body: JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>,
      traceId: traceparent.split('-')[1] ?? '',
      decisionId: String(response.headers['x-decision-id'] ?? ''),
    };
  }

  const get = (token: string | null, path: string, headers = {}) => send(token, { method: 'GET', path, headers });
  const post = (token: string | null, path: string, idempotencyKey: string, body: object) =>
    send(token, {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
    });

  return {
    placeOrder: (token, idempotencyKey, order) => post(token, '/v1/orders', idempotencyKey, order),
    getOrder: (token, orderId) => get(token, orderPath(orderId)),
    getStock: (token, sku) => get(token, `/v1/stock/${encodeURIComponent(sku)}`),
    listOrders: (token, page) => get(token, `/v1/orders?${queryOf(page)}`),
    cancelOrder: (token, orderId) => send(token, { method: 'POST', path: `${orderPath(orderId)}/cancel` }),
    refundOrder: (token, orderId, idempotencyKey, amount) =>
      post(token, `${orderPath(orderId)}/refunds`, idempotencyKey, { amount }),
    getAnyOrder: (token, orderId, purpose) =>
      get(token, `/v1/support/orders/${encodeURIComponent(orderId)}`, purposeOf(purpose)),
    listAnyOrders: (token, user, purpose, page) =>
      get(token, `/v1/support/orders?${queryOf(page, { user })}`, purposeOf(purpose)),
    send,
    async close() {
      await agent?.dispatcher.close();
    },
  };
}

function orderPath(orderId: string): string {
  return `/v1/orders/${encodeURIComponent(orderId)}`;
}

function queryOf({ size, token }: Page = {}, more: Readonly<Record<string, string>> = {}): URLSearchParams {
  const page = {
    ...(size === undefined ? {} : { page_size: String(size) }),
    ...(token === undefined ? {} : { page_token: token }),
  };
  return new URLSearchParams({ ...more, ...page });
}

function purposeOf(purpose: string | null): Record<string, string> {
  return purpose === null ? {} : { purpose };
}
