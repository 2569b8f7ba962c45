import { type Control, control } from './control.ts';

const delegation = 'packages/zt-kit/src/delegation';
const signature = `${delegation}/token-signature.ts`;
const subject = `${delegation}/subject-token.ts`;
const claims = `${delegation}/token-claims.ts`;
const compact = `${delegation}/compact-token.ts`;
const chain = `${delegation}/delegation-chain.ts`;

/** What a token has to be before anybody reads what it says. */
const ofItsForm: readonly Control[] = [
  control(
    'token-signature',
    'A token is signed with a key of its issuer.',
    [signature, 'await compactVerify(token, key, { algorithms: [algorithm] });', ''],
    ['bypass/…/signed-by-nobody', 'bypass/…/claims-changed', 'bypass/…/signature-truncated'],
  ),
  control(
    'token-algorithm',
    'A token is signed with the one algorithm that its issuer uses.',
    [signature, 'if (header.alg !== expected.algorithm) {', 'if (false) {'],
    ['bypass/…/alg-none-signed', 'bypass/…/alg-hs256-public-key', 'bypass/…/alg-other-asymmetric'],
  ),
  control(
    'token-type',
    'A token is of the type that is asked for (RFC 8725, section 3.11).',
    [signature, 'if (!expected.types.includes(header.typ as string | undefined)) {', 'if (false) {'],
    ['bypass/…/type-wrong', 'bypass/…/straight-from-the-provider'],
  ),
  control(
    'token-headers',
    'A token brings no key along, and nothing that nobody here understands.',
    [signature, 'if (refused !== undefined) throw', 'if (false) throw'],
    ['bypass/…/critical-header-signed', 'bypass/…/key-in-header', 'bypass/…/key-behind-url'],
  ),
  control(
    'token-one-spelling',
    'A token is spelled in one way only.',
    [compact, "if (bytes.length === 0 || bytes.toString('base64url') !== segment) {", 'if (bytes.length === 0) {'],
    ['bypass/…/signature-respelled'],
  ),
  control(
    'token-length',
    'A token is not longer than any that is made here.',
    [compact, 'if (token.length > longestTokenBytes)', 'if (false)'],
    ['bypass/…/oversize'],
  ),
];

/** What it has to say, and of whom. */
const ofItsClaims: readonly Control[] = [
  control(
    'token-issuer',
    'A token is from the issuer whose tokens are taken.',
    [
      subject,
      "if (claims.iss !== issuer) throw new ZeroTrustError('token_issuer_wrong', 'token is from another issuer');",
      '',
    ],
    ['bypass/…/issuer-wrong'],
  ),
  control(
    'token-audience',
    'A token is for the service that it comes to.',
    [
      subject,
      "if (token.audience !== audience) throw new ZeroTrustError('token_audience_wrong', 'token is for somebody else');",
      '',
    ],
    ['bypass/…/audience-wrong', 'bypass/…/of-the-call-before', 'bypass/…/exchanged-elsewhere'],
    'policy-audience',
  ),
  control(
    'token-expiry',
    'A token counts for no second longer than it says.',
    [
      subject,
      "if (!(now.getTime() < token.expiresAt.getTime())) throw new ZeroTrustError('token_expired', 'token has expired');",
      '',
    ],
    ['bypass/…/expired-by-a-second'],
  ),
  control(
    'token-issued-before',
    'A token was not issued in the future.',
    [subject, 'if (!(token.issuedAt.getTime() <= now.getTime() + clockSkewMs)) {', 'if (false) {'],
    ['bypass/…/issued-in-the-future'],
  ),
  control(
    'token-not-before',
    'A token counts from when it says on, and no sooner.',
    [subject, 'if (start !== undefined && !(start.getTime() <= now.getTime() + clockSkewMs)) {', 'if (false) {'],
    ['bypass/…/not-before'],
  ),
  control(
    'token-life',
    'A token lives no longer than tokens of its type are made for.',
    [subject, 'if (lifeSeconds <= 0 || lifeSeconds > dialect.longestLifeSeconds) {', 'if (false) {'],
    ['bypass/…/lives-too-long'],
  ),
  control(
    'token-key-binding',
    'A token that is bound to a key, which nobody checks here, is not taken.',
    [
      claims,
      "if (claims.cnf !== undefined) throw malformed('token is bound to a key, which is not checked here');",
      '',
    ],
    ['bypass/…/bound-to-another-key'],
  ),
  control(
    'token-actor',
    'A token is worth something only from the workload that it was made for.',
    [
      `${delegation}/verify-token.ts`,
      "if (options.type === 'obo+jwt' && actorOf(verified) !== peer) {",
      'if (false) {',
    ],
    ['bypass/…/own-name-of-another', 'bypass/…/exchanged-by-another', 'bypass/…/act-forged', 'bypass/…/act-reordered'],
  ),
  control(
    'token-act-form',
    'Who acts for a user is said by names and nothing else.',
    [chain, 'if (Object.keys(rest).length > 0)', 'if (false)'],
    ['bypass/…/act-with-more'],
  ),
  control(
    'token-act-depth',
    'No more workloads act for a user than ever do.',
    [chain, 'if (chain.length === longestChain)', 'if (false)'],
    ['bypass/…/act-too-deep'],
    'policy-chain',
  ),
];

const callers = 'packages/zt-kit/src/authz/verify-caller.ts';

/** What a call needs besides a good token. */
const ofTheCall: readonly Control[] = [
  control(
    'token-present',
    'A call comes with a token where its method asks for one.',
    [
      callers,
      "if (facts.bearerToken === null) throw new ZeroTrustError('token_missing', 'the call carries no token');",
      'if (facts.bearerToken === null) return { token: null, refusal: null, blocked: false };',
    ],
    ['bypass/…/no-token', 'bypass/…/token-in-another-key', 'bypass/…/user-in-plain-headers'],
  ),
  control(
    'session',
    'A token is worth nothing once its session has ended.',
    [
      callers,
      "return { refusal: new ZeroTrustError('session_ended', 'the session has ended'), blocked: false };",
      'return { refusal: null, blocked: false };',
    ],
    ['bypass/…/session-revoked'],
  ),
];

export const tokenControls: readonly Control[] = [...ofItsForm, ...ofItsClaims, ...ofTheCall];
