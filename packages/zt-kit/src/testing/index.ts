export { type Browser, createBrowser } from './browser.ts';
export { createTestCallContext } from './call-context.ts';
export {
  createTestCertificateAuthority,
  type IssuedLeaf,
  issueSelfSigned,
  type LeafOptions,
  openTestCertificateAuthority,
  type TestCertificateAuthority,
} from './certificate-authority.ts';
export { type Eavesdropper, startEavesdropper } from './eavesdropper.ts';
export { createFixedX509Source, type FixedX509Source } from './fixed-source.ts';
export { exchangeRecord, gatewayRecord, idOf, madeUpRecord } from './made-up-record.ts';
export { startTestPostgres, type TestPostgres } from './postgres.ts';
export {
  callHeaders,
  flag,
  frame,
  frameType,
  grpcMessage,
  headerBlock,
  openRawPeer,
  preface,
  send,
  setting,
  uint32,
} from './raw-http2.ts';
export { startTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
export { startTestService, type TestService, type TestServiceOptions } from './test-service.ts';
export {
  compact,
  encrypted,
  macced,
  publicKeyTexts,
  reclaimed,
  resigned,
  respelled,
} from './token-forgeries.ts';
export { createTestTokenIssuer, type TestTokenIssuer } from './token-issuer.ts';
