import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import { pemOfX509Svid } from '../identity/x509-svid.ts';

/**
 * TLS as this kit speaks it, for one identity: version 1.3, no session tickets (a session resumed after the SVID's end
 * came back authorised), and all bundles as authorities. Whether the authority is the one of the peer's own trust
 * domain is verified after the handshake.
 */
export function tlsSettingsOf(snapshot: IdentitySnapshot): SecureContextOptions & { ca: string[] } {
  return {
    ...pemOfX509Svid(snapshot.svid),
    // Never empty, as an identity has its own bundle: a missing `ca` would let Node fall back to its own roots.
    ca: [...snapshot.bundles.values()].flatMap((bundle) =>
      bundle.x509Authorities.map((authority) => authority.toString()),
    ),
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}
