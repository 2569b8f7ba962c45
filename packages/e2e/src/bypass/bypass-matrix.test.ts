import { expect, test } from 'vitest';
import { bypassMatrix } from './bypass-matrix.ts';
import { goodPaths } from './good-tokens.ts';
import { peerFaults } from './peer-faults.ts';
import { signedTokenFaults } from './signed-token-faults.ts';
import { tokenFaults } from './token-faults.ts';

const faultsOn = (id: string) =>
  bypassMatrix.filter((each) => each.id.startsWith(`${id}/`)).map(({ fault }) => fault.id);
const expectedOf = (id: string) => bypassMatrix.find((each) => each.id === id)?.expected;

test('every allowed path of the access matrix is tried with nothing wrong first, and each forged call has a name of its own', () => {
  for (const path of goodPaths) expect(bypassMatrix.find((each) => each.path === path)?.fault.id).toBe('none');
  expect(new Set(bypassMatrix.map(({ id }) => id)).size).toBe(bypassMatrix.length);
});

test('every fault is on some path, and that of a certificate on every path over gRPC', () => {
  const tried = new Set(bypassMatrix.map(({ fault }) => fault));
  for (const fault of [...peerFaults, ...tokenFaults, ...signedTokenFaults]) expect(tried).toContain(fault);
  const grpc = goodPaths.filter(({ door }) => door === 'workloads');
  for (const fault of peerFaults) {
    expect(bypassMatrix.filter((each) => each.fault === fault).map(({ path }) => path)).toEqual(grpc);
  }
});

test('a method that takes no token has no faults of tokens, and one without a chain none of chains', () => {
  expect(faultsOn('bypass/order-identity/GetSigningKeys')).toEqual(['none', ...peerFaults.map(({ id }) => id)]);
  expect(faultsOn('bypass/payment-order/RecordSettlement')).toEqual(
    expect.arrayContaining(['no-token', 'expired-by-a-second', 'own-name-of-another']),
  );
  expect(faultsOn('bypass/payment-order/RecordSettlement').filter((id) => id.startsWith('act-'))).toEqual([]);
});

test('what has to come of a fault follows from its reason, the door and the roles that the method asks for', () => {
  expect(expectedOf('bypass/gateway-order/PlaceOrder/none')).toEqual({ code: 'OK', reasons: [] });
  expect(expectedOf('bypass/gateway-order/PlaceOrder/expired')).toEqual({
    code: 'UNAVAILABLE',
    reasons: ['peer_certificate_expired'],
  });
  expect(expectedOf('bypass/gateway-order/PlaceOrder/alg-none')).toEqual({
    code: 'UNAUTHENTICATED',
    reasons: ['token_malformed'],
  });
  expect(expectedOf('bypass/user-gateway/RefundOrder/alg-none')).toEqual({
    code: '401',
    reasons: ['token_malformed', 'role_missing'],
  });
  expect(expectedOf('bypass/gateway-order/RefundOrder/narrow-scope')).toEqual({
    code: 'PERMISSION_DENIED',
    reasons: ['scope_missing'],
  });
});
