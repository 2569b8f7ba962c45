import { type Control, control } from './control.ts';

const exchange = 'apps/identity/src/exchange/exchange.ts';
const ownTokens = 'apps/identity/src/exchange/workload-token.ts';

/** Who gets which token from identity. */
export const exchangeControls: readonly Control[] = [
  control(
    'exchange-edge',
    'Nobody gets a token for a service that the access graph does not let it call.',
    [
      exchange,
      'const possible = graph.scopesAlong(client, audience);',
      'const possible = graph.scopesAlong(client, audience) ?? subject.scopes;',
    ],
    ['exchange/', 'edge/gateway-payment'],
  ),
  control(
    'exchange-scope',
    'No exchange gives a token more than the one before was good for.',
    [exchange, 'if (!scopes.every((scope) => subject.scopes.includes(scope))) {', 'if (false) {'],
    ['exchange/'],
  ),
  control(
    'exchange-scope-of-edge',
    'No exchange gives a token for more than the edge needs.',
    [exchange, 'if (!scopes.every((scope) => possible.includes(scope))) {', 'if (false) {'],
    ['exchange/'],
  ),
  control(
    'exchange-audience',
    'Nobody exchanges a token that was made for somebody else.',
    [exchange, 'if (subject.audience !== client)', 'if (false)'],
    ['exchange/'],
    'token-audience',
  ),
  control(
    'exchange-type',
    "Users' own tokens are exchanged where users come in, and nowhere else.",
    [exchange, 'if (graph.isEntryPoint(client) !== (subject.chain.length === 0)) {', 'if (false) {'],
    ['exchange/'],
    'token-type',
  ),
  control(
    'exchange-session',
    'No token is exchanged whose session has ended.',
    [exchange, 'if (!session.active || !(now < session.endsAt))', 'if (false)'],
    ['session/logged-out-exchange'],
  ),
  control(
    'own-token-edge',
    'No workload gets a token in its own name for a service that it does not call so.',
    [
      ownTokens,
      'const possible = facts.scopesAlong(client, audience);',
      'const possible = facts.scopesAlong(client, audience) ?? request.scopes;',
    ],
    ['exchange/'],
  ),
  control(
    'own-token-scope',
    'No workload gets a token in its own name for more than it may call.',
    [ownTokens, 'if (!scopes.every((scope) => possible.includes(scope))) {', 'if (false) {'],
    ['exchange/'],
  ),
];
