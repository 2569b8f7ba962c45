import { expect, test } from 'vitest';
import { parseSpiffeId } from '../identity/spiffe-id.ts';
import { authorizeSpiffeIds, authorizeTrustDomainMembers } from './peer-authorizer.ts';
import type { PeerIdentity } from './peer-verification.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const notExpected = expect.objectContaining({ reason: 'peer_not_expected' });

function peerOf(uri: string): PeerIdentity {
  return { spiffeId: parseSpiffeId(uri), serialNumber: '01', notAfter: new Date(), authority: '' };
}

test('of a list of ids each is a peer, and nothing that only begins like one', () => {
  const authorize = authorizeSpiffeIds(order, 'spiffe://zt.example/vault');
  authorize(peerOf(order));
  authorize(peerOf('spiffe://zt.example/vault'));
  expect(() => authorize(peerOf(`${order}2`))).toThrow(notExpected);
  expect(() => authorize(peerOf('spiffe://zt.example/ns/shop/sa'))).toThrow(notExpected);
});

test('members of a trust domain are peers, and those of no other', () => {
  const authorize = authorizeTrustDomainMembers('zt.example');
  authorize(peerOf(order));
  expect(() => authorize(peerOf('spiffe://partner.example/order'))).toThrow(notExpected);
  expect(() => authorize(peerOf('spiffe://eu.zt.example/order'))).toThrow(notExpected);
});
