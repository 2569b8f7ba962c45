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

/** The gateway as a browser or an app sees it: HTTPS and JSON, with a user's access token or without one. */
export interface ShopClient {
  placeOrder(token: string | null, idempotencyKey: string, order: OrderRequest): Promise<ShopAnswer>;
  getOrder(token: string | null, orderId: string): Promise<ShopAnswer>;
  getStock(token: string | null, sku: string): Promise<ShopAnswer>;
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

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    token: string | null,
    more: object = {},
  ): Promise<ShopAnswer> {
    const { headers = {}, ...rest } = more as { headers?: Record<string, string> };
    const response = await request(`${gatewayUrl}${path}`, {
      method,
      dispatcher: await dispatcher(),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        'user-agent': 'zt',
        ...headers,
      },
      ...rest,
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

  return {
    placeOrder: (token, idempotencyKey, order) =>
      ask('POST', '/v1/orders', token, {
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(order),
      }),
    getOrder: (token, orderId) => ask('GET', `/v1/orders/${encodeURIComponent(orderId)}`, token),
    getStock: (token, sku) => ask('GET', `/v1/stock/${encodeURIComponent(sku)}`, token),
    async close() {
      await agent?.dispatcher.close();
    },
  };
}
