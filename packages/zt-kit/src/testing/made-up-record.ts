import type { DecisionRecord } from '../audit/decision-record.ts';

export const idOf = (name: string): string => `spiffe://zt.example/ns/shop/sa/${name}`;

const certificate = { serialNumber: '7C1F09AA55D201F3', notAfter: '2026-03-01T12:00:41Z' };

/** What order records of the call that gateway makes for alice, except for what is given. */
export function madeUpRecord(given: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    version: 1,
    kind: 'call',
    time: '2026-03-01T12:00:00.000Z',
    decisionId: '0b1c7d9e-0000-4000-8000-000000000001',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    service: idOf('order'),
    serviceCertificate: { serialNumber: '11223344AABBCCDD', notAfter: '2026-03-01T12:00:30Z' },
    method: '/order.v1.OrderService/PlaceOrder',
    allowed: true,
    reasons: [],
    observed: [],
    rule: 'order.v1.OrderService/PlaceOrder',
    policyRevision: 'd1ce96b358ad',
    peer: { spiffeId: idOf('gateway'), ...certificate },
    token: {
      id: 'token-1',
      subject: 'alice',
      audience: idOf('order'),
      chain: [idOf('gateway')],
      scopes: ['orders:write', 'payments:write'],
      expiresAt: '2026-03-01T12:01:00Z',
    },
    address: '127.0.0.1:40000',
    userAgent: 'zt',
    resource: { amount_minor_units: 1500, currency: 'EUR' },
    database: {
      login: 'v-cert-ord-order-4jS2qZI1h7K5VvxwXgxg-1795414391',
      leaseId: 'database/creds/order/sKpIyaalgau8txLl8L9ASIG7',
      leaseEndsAt: '2026-03-01T12:00:34Z',
    },
    durationMs: 1.25,
    detail: '',
    ...given,
  };
}

/** What the gateway records of alice's own request: a token and no certificate. */
export function gatewayRecord(given: Partial<DecisionRecord> = {}): DecisionRecord {
  return madeUpRecord({
    service: idOf('gateway'),
    method: '/gateway/PlaceOrder',
    rule: 'gateway/PlaceOrder',
    peer: null,
    token: {
      id: 'token-0',
      subject: 'alice',
      audience: idOf('gateway'),
      chain: [],
      scopes: ['orders:write'],
      expiresAt: '2026-03-01T12:10:00Z',
    },
    resource: {},
    database: null,
    ...given,
  });
}

/** What identity records when a workload exchanges a token. */
export function exchangeRecord(by: string, given: Partial<DecisionRecord> = {}): DecisionRecord {
  return madeUpRecord({
    service: idOf('identity'),
    method: '/identity.v1.TokenExchangeService/ExchangeToken',
    rule: 'identity.v1.TokenExchangeService/ExchangeToken',
    peer: { spiffeId: idOf(by), ...certificate },
    token: null,
    resource: {},
    ...given,
  });
}
