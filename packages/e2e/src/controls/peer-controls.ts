import { type Control, control } from './control.ts';

const verification = 'packages/zt-kit/src/mtls/peer-verification.ts';
const listener = 'packages/zt-kit/src/mtls/mtls-listener.ts';
const svid = 'packages/zt-kit/src/identity/x509-svid.ts';

/** Who gets a connection. */
export const peerControls: readonly Control[] = [
  control(
    'peer-certificate',
    'A service talks to nobody who shows no certificate.',
    [
      listener,
      'const peer = verifyPeer(peerChainOf(socket), snapshot.bundles, now);',
      `if (peerChainOf(socket).length === 0) { options.speak(socket, undefined as never); return; }
    const peer = verifyPeer(peerChainOf(socket), snapshot.bundles, now);`,
    ],
    ['handshake/no-certificate'],
  ),
  control(
    'peer-authority',
    "A peer's certificate is signed by an authority of the peer's own trust domain.",
    [
      verification,
      'const authority = findAuthority(chain, bundle, now);',
      'const authority = findAuthority(chain, bundle, now) ?? bundle.x509Authorities[0];',
    ],
    [
      'bypass/…/self-signed',
      'bypass/…/other-authority',
      'bypass/…/borrowed-authority',
      'bypass/…/federated-authority-for-home',
    ],
    'peer-tls',
  ),
  control(
    'peer-tls',
    "TLS itself verifies a peer's certificate.",
    [listener, 'if (!socket.authorized)', 'if (false)'],
    ['bypass/…/self-signed', 'bypass/…/other-authority', 'bypass/…/borrowed-authority', 'bypass/…/expired'],
    'peer-authority',
  ),
  control(
    'peer-expiry',
    "A peer's certificate has not ended its life.",
    [verification, 'if (!(now < certificate.validToDate)) {', 'if (false) {'],
    ['bypass/…/expired', 'bypass/…/resumed-after-expiry'],
    'peer-tls',
  ),
  control(
    'peer-not-before',
    "A peer's certificate has begun its life.",
    [verification, 'if (!(certificate.validFromDate <= now)) {', 'if (false) {'],
    ['bypass/…/not-yet-valid'],
    'peer-tls',
  ),
  control(
    'peer-one-name',
    "A peer's certificate names one workload and no other.",
    [svid, 'if (uri === undefined || uriNames.length !== 1) {', 'if (uri === undefined) {'],
    ['bypass/…/two-uris'],
  ),
  control(
    'peer-no-authority',
    'The certificate of an authority is not that of a workload.',
    [svid, "if (signsOthers) throw new TypeError('leaf certificate is an authority');", ''],
    ['bypass/…/authority-leaf'],
  ),
  control(
    'peer-trust-domain',
    "A peer's trust domain is one whose authorities are known.",
    [
      verification,
      'const bundle = bundles.get(spiffeId.trustDomain);',
      'const bundle = bundles.get(spiffeId.trustDomain) ?? [...bundles.values()][0];',
    ],
    ['bypass/…/foreign-trust-domain'],
  ),
  control(
    'peer-home-trust-domain',
    "A service talks to workloads of its own trust domain only, even where another one's are known.",
    ['packages/zt-kit/src/mtls/peer-authorizer.ts', 'if (peer.spiffeId.trustDomain !== trustDomain) {', 'if (false) {'],
    ['bypass/…/federated-member'],
  ),
  control(
    'peer-no-resumption',
    'No TLS session is resumed: each connection shows its certificate anew.',
    ['packages/zt-kit/src/mtls/tls-settings.ts', 'secureOptions: constants.SSL_OP_NO_TICKET,', ''],
    ['bypass/…/resumed-after-expiry'],
    'peer-expiry',
  ),
];
