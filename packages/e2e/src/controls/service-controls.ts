import { type Control, control } from './control.ts';

const notice = 'packages/zt-kit/src/delegation/notice.ts';
const settlements = 'apps/payment/src/settlement/settlement-store.ts';
const ledger = 'apps/audit/src/audit.ts';

/** What services themselves refuse, and what keeps secrets and databases. */
export const serviceControls: readonly Control[] = [
  control(
    'order-owner',
    'An order exists for the user who placed it, and for no other.',
    ['apps/order/src/order-store.ts', 'and ($2::text is null or user_id = $2)', 'and ($2::text is null or true)'],
    ['business/order-of-', 'business/cancel-order-of-'],
  ),
  control(
    'payment-owner',
    'A payment exists for the user whom it was authorised for.',
    [
      'apps/payment/src/payment.ts',
      'return user === null || payment.userId === null || payment.userId === user.id;',
      'return true;',
    ],
    ['business/cancel-order-of-'],
    'order-owner',
  ),
  control(
    'notice-age',
    'A notice of the card network is not old.',
    [
      notice,
      "if (!(now.getTime() < expiresAt.getTime())) throw new ZeroTrustError('token_expired', 'notice is too old');",
      '',
    ],
    ['notice/'],
  ),
  control(
    'notice-not-early',
    'A notice of the card network was signed before it came.',
    [notice, 'if (!(issuedAt.getTime() <= now.getTime() + clockSkewMs)) {', 'if (false) {'],
    ['notice/'],
  ),
  control(
    'notice-audience',
    'A notice of the card network is for this merchant.',
    [
      notice,
      "if (claims.aud !== audience) throw new ZeroTrustError('token_audience_wrong', 'notice is for somebody else');",
      '',
    ],
    ['notice/'],
  ),
  control(
    'notice-replay',
    'A notice of the card network is taken once.',
    [settlements, "if (rows.length === 0) throw new ZeroTrustError('notice_replayed', 'the notice came before');", ''],
    ['notice/'],
  ),
  control(
    'notice-amount',
    'A notice of the card network says the amount that was taken.',
    [
      settlements,
      'if (Number(payment.amount_minor_units) !== amount.minorUnits || payment.currency !== amount.currency) {',
      'if (false) {',
    ],
    ['notice/'],
  ),
  control(
    'ledger-writer',
    'A service hands in decisions of its own and no others.',
    [ledger, 'if (record.service !== writer) {', 'if (false) {'],
    ['ledger/record-'],
  ),
  control(
    'ledger-unchanged',
    'What the ledger has is not written a second time.',
    [ledger, 'if (same !== end.hash) throw', 'if (false) throw'],
    ['ledger/record-'],
  ),
  control(
    'ledger-no-gap',
    'No decision is left out of a chain.',
    [ledger, 'if (!earlierAreGone) throw', 'if (false) throw'],
    ['ledger/record-'],
  ),
  control(
    'vault-role',
    "Vault gives a service's role to the SVID of that service only.",
    [
      'packages/access-graph/src/vault-roles.ts',
      'allowed_uri_sans: [spiffeIdOf(graph, name)],',
      'allowed_uri_sans: [],',
    ],
    ['vault/'],
  ),
  control(
    'database-svid',
    "Postgres takes a service's login only together with that service's SVID.",
    [
      'packages/access-graph/src/postgres-login-check.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a text of the source
      'or zt.client_spiffe_ids() is distinct from array[${quoteText(`URI:${spiffeId}`)}]',
      '',
    ],
    ['database/'],
  ),
  control(
    'database-tls',
    'Postgres takes logins over TLS only.',
    [
      'infra/postgres/pg_hba.conf',
      'hostssl  all       all       {{clients}}     scram-sha-256 clientcert=verify-ca',
      'host     all       all       {{clients}}     scram-sha-256',
    ],
    ['database/'],
  ),
  control(
    'public-message',
    'What a caller is told does not say which check has failed.',
    [
      'packages/zt-kit/src/authz/refusal-status.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a text of the source
      '`${details} Decision ${error.decisionId}.`',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a text of the source
      '`${details} ${error.reasons.join()} Decision ${error.decisionId}.`',
    ],
    [],
  ),
];
