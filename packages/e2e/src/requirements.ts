/** What has to hold, by the first part of the ids of the paths that prove it. */
export const requirements: Readonly<Record<string, string>> = {
  allowed: 'What customers, support, the operator and the card network do goes through, at every hop',
  orders: 'Customers and finance do all that an order allows, and doing it twice is doing it once',
  support: "Support reads anybody's orders, and the ledger keeps what for",
  handshake: 'Who has no certificate of this trust domain gets no connection',
  identity: 'Who is not registered gets no identity',
  token: 'A token counts for one service, in the hands of one workload, for what it was made for',
  session: 'A login counts for as long as its session lasts, and at no hop for longer',
  exchange: 'Identity exchanges tokens along the access graph only, for whom they were made, and never for more',
  quarantine:
    'A quarantined workload is refused as caller and as callee, everywhere within a second, and its evidence is kept',
  policy: 'A good workload with a good token may still not do everything: policy knows user, role, purpose and amount',
  bundle: 'What rules observe is changed by what the operator signed and by nothing else; the last good word stays',
  business: 'Users see their own orders only, learn nothing of those of others, and get no money or goods twice',
  request: 'What is not as the OpenAPI document says goes no further than the gateway',
  database: 'A database login is worth nothing without TLS and the certificate of its own service',
  vault: 'A workload gets no login of another from Vault',
  notice: 'What the card network says counts where it has signed it, once, and for what it is about',
  'other-side':
    'A client lets nobody but the service that it asks for read anything; and a service taken over does not get at everybody',
  'api-key': "The card network's key is read by payment only, and an old or made-up one opens nothing",
  edge: 'Whoever the access graph names gets through and whoever it does not name is refused: every ordered pair, every method',
  ledger: 'Every decision is in the ledger, and whoever touches an export of it is found out',
  life: 'What expires is replaced while orders flow, and nobody notices',
  issuer: "Another issuer's tokens count where they were made for this system, and while their session lasts",
  trouble: 'What fails is said in time, loses nothing, and is over when its cause is',
  tour: 'What a page tells a newcomer to type does what the page says',
};

/** `token` for `token/missing`. */
export function groupOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}
