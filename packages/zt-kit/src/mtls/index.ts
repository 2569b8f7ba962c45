export { createMtlsChannelCredentials } from './channel-credentials.ts';
export {
  type ConnectionSpeaker,
  createMtlsListener,
  type HandshakeRefusal,
  type MtlsListener,
  type MtlsListenerOptions,
} from './mtls-listener.ts';
export { authorizeSpiffeIds, authorizeTrustDomainMembers, type PeerAuthorizer } from './peer-authorizer.ts';
export { peerChainOf } from './peer-chain.ts';
export { type PeerIdentity, verifyPeer } from './peer-verification.ts';
export { tlsSettingsOf } from './tls-settings.ts';
