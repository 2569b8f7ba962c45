import { accessGraph } from '@zt/access-graph';
import { issueSelfSigned, type LeafOptions } from '@zt/kit/testing';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import type { PeerFault } from './bypass-path.ts';
import type { Forger } from './forger.ts';
import { partnerDomain } from './forger-seams.ts';
import { showResumed } from './resumed-session.ts';
import { certificateOf, shownAs } from './shown-certificate.ts';

const isGrpc = ({ door }: Pick<MatrixPath, 'door'>): boolean => door === 'workloads';
const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

/** Where people say who they are whom nobody asks. */
export function claimedIdentity({ from, door }: MatrixPath, forger: Forger): Record<string, string> {
  // Whoever has no identity here says to be the gateway.
  const id = forger.spiffeId(isGrpc({ door }) ? from : accessGraph.entryPoint);
  return {
    'x-forwarded-client-cert': `By=${id};URI=${id}`,
    'x-spiffe-id': id,
    'x-user': 'alice',
    'x-user-id': 'alice',
    'x-roles': 'finance,support',
    'x-remote-user': 'alice',
    forwarded: `for=127.0.0.1;by=${from}`,
  };
}

/** What the home authority itself signed, and never should have. */
function mintedAtHome(
  id: string,
  title: string,
  reason: PeerFault['reason'],
  options: (spiffeId: string) => Partial<LeafOptions>,
): PeerFault {
  return {
    at: 'handshake',
    id,
    title,
    reason,
    fits: isGrpc,
    show: ({ from }, forger) =>
      certificateOf(forger.keys.home, { spiffeId: forger.spiffeId(from), ...options(forger.spiffeId(from)) }),
  };
}

export const peerFaults: readonly PeerFault[] = [
  {
    at: 'handshake',
    id: 'no-svid',
    title: 'without a certificate',
    reason: 'peer_certificate_missing',
    fits: isGrpc,
    show: async () => ({}),
  },
  {
    at: 'handshake',
    id: 'identity-in-plain-headers',
    title: 'without a certificate, saying in headers who it is',
    reason: 'peer_certificate_missing',
    fits: isGrpc,
    show: async () => ({}),
    headers: claimedIdentity,
  },
  {
    at: 'handshake',
    id: 'self-signed',
    title: 'with a certificate of its own making',
    reason: 'peer_certificate_untrusted',
    fits: isGrpc,
    show: async ({ from }, forger) => shownAs(await issueSelfSigned({ spiffeId: forger.spiffeId(from) })),
  },
  {
    at: 'handshake',
    id: 'other-authority',
    title: 'with a certificate of another authority that calls itself the same',
    reason: 'peer_certificate_untrusted',
    fits: isGrpc,
    show: ({ from }, forger) => certificateOf(forger.stranger, { spiffeId: forger.spiffeId(from) }),
  },
  {
    at: 'handshake',
    id: 'borrowed-authority',
    title: 'with a certificate of another authority, and that of the true one behind it',
    reason: 'peer_certificate_untrusted',
    fits: isGrpc,
    async show({ from }, forger) {
      const { cert = '', ...rest } = await certificateOf(forger.stranger, { spiffeId: forger.spiffeId(from) });
      return { ...rest, cert: `${cert}${forger.authorities}` };
    },
  },
  {
    at: 'handshake',
    id: 'foreign-trust-domain',
    title: 'with a good certificate of a trust domain that nobody here knows',
    reason: 'peer_trust_domain_unknown',
    fits: isGrpc,
    show: ({ from }, forger) => certificateOf(forger.foreigner, { spiffeId: `spiffe://other.example/${from}` }),
  },
  {
    at: 'handshake',
    id: 'federated-authority-for-home',
    title: "with a certificate for the home trust domain that a federated one's authority signed",
    reason: 'peer_certificate_untrusted',
    fits: isGrpc,
    show: ({ from }, forger) => certificateOf(forger.keys.partner, { spiffeId: forger.spiffeId(from) }),
  },
  {
    at: 'handshake',
    id: 'federated-member',
    title: 'with a good certificate of a federated trust domain',
    reason: 'peer_not_expected',
    fits: isGrpc,
    show: ({ from }, forger) => certificateOf(forger.keys.partner, { spiffeId: `spiffe://${partnerDomain}/${from}` }),
  },
  mintedAtHome('expired', 'with an SVID that ended a second ago', 'peer_certificate_expired', () => ({
    notBefore: inSeconds(-60),
    notAfter: inSeconds(-1),
  })),
  mintedAtHome('not-yet-valid', 'with an SVID that begins in a minute', 'peer_certificate_expired', () => ({
    notBefore: inSeconds(60),
    notAfter: inSeconds(600),
  })),
  mintedAtHome('two-uris', 'with an SVID that names two workloads', 'peer_spiffe_id_invalid', (spiffeId) => ({
    uris: [spiffeId, `${spiffeId}-too`],
  })),
  mintedAtHome('no-uri', 'with a certificate that names it by DNS only', 'peer_spiffe_id_invalid', () => ({
    uris: [],
    dnsNames: ['order'],
  })),
  mintedAtHome('authority-leaf', 'with an SVID that may sign others', 'peer_spiffe_id_invalid', () => ({
    authority: true,
  })),
  {
    at: 'handshake',
    id: 'resumed-after-expiry',
    title: 'over a TLS session from the time when its SVID was good',
    reason: 'peer_certificate_expired',
    fits: isGrpc,
    show: showResumed,
  },
];
