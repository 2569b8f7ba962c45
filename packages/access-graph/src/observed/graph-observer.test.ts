import type { DecisionRecord } from '@zt/kit/audit';
import { exchangeRecord, gatewayRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { accessGraph } from '../access-graph.ts';
import { declaredEdges } from './declared-edges.ts';
import { createGraphObserver } from './graph-observer.ts';
import type { ObservedEdge, ObservedGraph } from './observed-graph.ts';

function observe(...records: readonly DecisionRecord[]): ObservedGraph {
  const observer = createGraphObserver(accessGraph);
  for (const record of records) observer.see(record);
  return observer.observed();
}

function edge({ edges }: ObservedGraph, caller: string, method: string): ObservedEdge {
  const found = edges.find((each) => each.method === method && JSON.stringify(each.caller).includes(`"${caller}"`));
  if (found === undefined) throw new Error(`${caller} → ${method} is no edge`);
  return found;
}

const certificate = { serialNumber: '01', notAfter: '2026-03-01T12:00:41Z' };
const peer = (name: string) => ({ spiffeId: idOf(name), ...certificate });
const capture: Partial<DecisionRecord> = {
  service: idOf('payment'),
  method: '/payment.v1.PaymentService/CapturePayment',
  peer: peer('order'),
};
const release: Partial<DecisionRecord> = {
  service: idOf('inventory'),
  method: '/inventory.v1.InventoryService/ReleaseReservation',
  peer: peer('order'),
};
const cancel: Partial<DecisionRecord> = { method: '/order.v1.OrderService/CancelOrder' };

test('a call is counted at its edge, allowed and refused apart, with the reasons and the last time', () => {
  const seen = observe(
    madeUpRecord({ time: '2026-03-01T12:00:05.000Z' }),
    madeUpRecord({ time: '2026-03-01T12:00:01.000Z' }),
    madeUpRecord({ allowed: false, reasons: ['scope_missing', 'rate_exceeded'] }),
  );
  expect(edge(seen, 'gateway', 'order/PlaceOrder')).toMatchObject({
    allowed: 2,
    refused: 1,
    reasons: { scope_missing: 1, rate_exceeded: 1 },
    lastSeen: '2026-03-01T12:00:05.000Z',
  });
  expect(seen).toMatchObject({
    decisions: 3,
    first: '2026-03-01T12:00:00.000Z',
    last: '2026-03-01T12:00:05.000Z',
    undeclared: [],
    leftOut: 0,
  });
});

test('every declared edge is there, those too that follow from others, and who was never seen has no calls', () => {
  const seen = observe(exchangeRecord('order'));
  expect(seen.edges).toHaveLength(declaredEdges(accessGraph).length);
  expect(edge(seen, 'order', 'identity/ExchangeToken')).toMatchObject({ allowed: 1 });
  expect(edge(seen, 'gateway', 'identity/ExchangeToken')).toMatchObject({ allowed: 0, refused: 0, lastSeen: null });
  expect(edge(seen, 'payment', 'audit/RecordDecisions')).toMatchObject({ allowed: 0 });
});

test('users are one caller, a third party another, and who has proved nothing is neither', () => {
  const notice = { service: idOf('payment'), method: '/payment.v1.PaymentService/ReceiveSettlement' };
  const signed = { id: 'n', audience: '', chain: [], scopes: [], expiresAt: '2026-03-01T12:01:00Z' };
  const seen = observe(
    gatewayRecord(),
    gatewayRecord({ token: null, allowed: false, reasons: ['token_missing'], address: '192.0.2.7:5050' }),
    gatewayRecord({ token: null, allowed: false, reasons: ['token_missing'], address: '192.0.2.7:5051' }),
    gatewayRecord({ ...notice, token: { ...signed, subject: 'card-network' } }),
    gatewayRecord({ ...notice, token: null, allowed: false, reasons: ['token_signature_invalid'] }),
  );
  expect(edge(seen, 'users', 'gateway/PlaceOrder')).toMatchObject({ allowed: 1, refused: 0 });
  expect(edge(seen, 'card-network', 'payment/ReceiveSettlement')).toMatchObject({ allowed: 1, refused: 0 });
  expect(seen.undeclared).toMatchObject([
    { caller: { kind: 'somebody', address: '192.0.2.7' }, method: 'gateway/PlaceOrder', refused: 2 },
    { caller: { kind: 'somebody', address: '127.0.0.1' }, method: 'payment/ReceiveSettlement', refused: 1 },
  ]);
});

test('what the graph does not declare is told with who called, the allowed ones first', () => {
  const refusedTry = { allowed: false, reasons: ['caller_not_allowed'] } as const;
  const stranger = { spiffeId: 'spiffe://other.example/thief', ...certificate };
  const seen = observe(
    madeUpRecord({ peer: peer('payment'), ...refusedTry }),
    madeUpRecord({ peer: stranger, ...refusedTry }),
    madeUpRecord({ peer: peer('inventory') }),
    madeUpRecord({ method: '/order.v1.OrderService/Gone' }),
    madeUpRecord({ method: capture.method ?? '', allowed: false, reasons: ['method_has_no_rule'] }),
    madeUpRecord({ service: idOf('gone-service'), method: '/gone.v1.GoneService/Go' }),
  );
  const told = seen.undeclared.map(({ caller, service, method, allowed, refused }) => [
    caller.kind === 'workload' ? caller.name : caller.kind,
    service,
    method,
    allowed,
    refused,
  ]);
  expect(told).toEqual([
    ['inventory', 'order', 'order/PlaceOrder', 1, 0],
    ['gateway', 'order', 'order.v1.OrderService/Gone', 1, 0],
    ['gateway', idOf('gone-service'), 'gone.v1.GoneService/Go', 1, 0],
    ['payment', 'order', 'order/PlaceOrder', 0, 1],
    ['spiffe://other.example/thief', 'order', 'order/PlaceOrder', 0, 1],
    ['gateway', 'order', 'payment.v1.PaymentService/CapturePayment', 0, 1],
  ]);
  expect(edge(seen, 'order', 'payment/CapturePayment')).toMatchObject({ refused: 0 });
});

test('a service that asks itself for its health is no finding, and another that asks is', () => {
  const health = { method: '/grpc.health.v1.Health/Check', token: null };
  const seen = observe(
    madeUpRecord({ ...health, peer: peer('order') }),
    madeUpRecord({ ...health, allowed: false, reasons: ['caller_not_allowed'] }),
  );
  expect(seen.undeclared).toMatchObject([{ caller: { name: 'gateway' }, method: 'grpc.health.v1.Health/Check' }]);
});

test('where the graph names methods of the caller, the trace says which of them a call came from', () => {
  const seen = observe(
    madeUpRecord(release),
    madeUpRecord(),
    madeUpRecord({ ...release, allowed: false, reasons: ['chain_not_allowed'] }),
    madeUpRecord({ ...cancel, traceId: 'b' }),
    madeUpRecord({ ...release, traceId: 'b' }),
    madeUpRecord({ ...release, traceId: 'b' }),
    madeUpRecord({ ...release, traceId: 'c' }),
    madeUpRecord({ ...cancel, traceId: 'd' }),
    madeUpRecord({ traceId: 'd' }),
    madeUpRecord({ ...release, traceId: 'd' }),
  );
  expect(edge(seen, 'order', 'inventory/ReleaseReservation')).toMatchObject({
    allowed: 5,
    refused: 1,
    from: [
      { method: 'order/PlaceOrder', allowed: 1 },
      { method: 'order/CancelOrder', allowed: 2 },
      { method: null, allowed: 2 },
    ],
  });
  expect(edge(seen, 'order', 'inventory/ReserveStock').from).toEqual([{ method: 'order/PlaceOrder', allowed: 0 }]);
  expect(edge(seen, 'operator', 'audit/ListDecisions').from).toEqual([]);
});

test('refused handshakes stand apart, with whom the certificate claimed', () => {
  const handshake: Partial<DecisionRecord> = {
    kind: 'handshake',
    method: '',
    traceId: '',
    allowed: false,
    reasons: ['peer_certificate_untrusted'],
    token: null,
  };
  const seen = observe(madeUpRecord(handshake), madeUpRecord({ ...handshake, peer: null }));
  expect(seen.undeclared).toEqual([]);
  expect(seen.handshakes).toMatchObject([
    { caller: { kind: 'workload', name: 'gateway' }, service: 'order', refused: 1 },
    { caller: { kind: 'somebody', address: '127.0.0.1' }, service: 'order', refused: 1 },
  ]);
});

test('whoever makes up names without end fills two hundred rows, and the rest is counted', () => {
  const observer = createGraphObserver(accessGraph);
  for (let i = 0; i < 250; i += 1)
    observer.see(madeUpRecord({ method: `/order.v1.OrderService/Made${i}`, allowed: false }));
  expect(observer.observed().undeclared).toHaveLength(200);
  expect(observer.observed().leftOut).toBe(50);
});

test('no number of refused tries keeps an allowed call that nobody declared out of the rows', () => {
  const observer = createGraphObserver(accessGraph);
  for (let i = 0; i < 250; i += 1)
    observer.see(madeUpRecord({ method: `/order.v1.OrderService/Made${i}`, allowed: false }));
  observer.see(madeUpRecord({ peer: peer('inventory') }));
  const { undeclared, leftOut } = observer.observed();
  expect(undeclared[0]).toMatchObject({ caller: { name: 'inventory' }, method: 'order/PlaceOrder', allowed: 1 });
  expect([undeclared.length, leftOut]).toEqual([200, 51]);
});

test('whoever writes made-up reasons makes no list of them without end', () => {
  const observer = createGraphObserver(accessGraph);
  const made = Array.from({ length: 500 }, (_, i) => `made_up_${i}` as 'caller_not_allowed');
  observer.see(madeUpRecord({ allowed: false, reasons: made }));
  const { reasons, refused } = edge(observer.observed(), 'gateway', 'order/PlaceOrder');
  expect(refused).toBe(1);
  expect(Object.keys(reasons)).toHaveLength(101);
  expect(reasons.others).toBe(400);
});
