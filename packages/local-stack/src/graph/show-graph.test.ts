import { accessGraph, blastRadius, explainMethod } from '@zt/access-graph';
import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { showBlastRadius } from './show-blast-radius.ts';
import { showChanges } from './show-changes.ts';
import { showExplanation } from './show-explanation.ts';
import { showGraph } from './show-graph.ts';

const style = { colors: picocolors.createColors(false) };

/** Runs of spaces as one: how wide the columns are is of no account. */
function lines(shown: readonly string[]): string[] {
  return shown.map((line) => line.trim().replace(/ +/g, ' '));
}

test('The graph is shown with every method, who calls it from where, and what it asks for besides', () => {
  const shown = lines(showGraph(accessGraph, style));
  expect(shown).toContain(
    'AuthorizePayment order/PlaceOrder for a user payments:write from 10,000.00 on for the role finance only; on disk first',
  );
  expect(shown).toContain(
    'ListAnyOrders gateway/ListAnyOrders for a user orders:read role support; says what for; 30 calls in 10 s',
  );
  expect(shown).toContain('GetOrder gateway/GetOrder for a user orders:read 10 users in 60 s');
  expect(shown).toContain('GetStock users for a user inventory:read');
  expect(shown).toContain('ReceiveSettlement card-network with what it signs on disk first');
  for (const { shortName } of accessGraph.services.flatMap(({ methods }) => methods)) {
    expect(shown.some((line) => line.startsWith(`${shortName.split('.')[1]} `))).toBe(true);
  }
});

test('The graph is shown with data, API keys, and whoever serves no methods', () => {
  const shown = lines(showGraph(accessGraph, style));
  expect(shown).toContain('tables decisions (select, insert), checkpoints (select, insert), gaps (select, insert),');
  expect(shown).toContain('policy_bundles (select, insert)');
  expect(shown).toContain('API keys of card-network');
  expect(shown).toContain('no methods postgres, vault, trust-updater, operator');
});

test('A method is explained with each place where something is enforced, named once', () => {
  const shown = lines(showExplanation(explainMethod(accessGraph, 'payment.CapturePayment'), style));
  expect(shown[0]).toBe('payment.v1.PaymentService/CapturePayment');
  expect(shown).toContain('who may call order');
  expect(shown).toContain('peer the SPIFFE ID is that of the connection itself; its SVID has not expired since');
  const database = shown.findIndex((line) => line.startsWith('database '));
  expect(shown[database + 1]).toBe('a login is good only with the SVID of payment beside it');
});

test('A blast radius is shown with what is reached, and below that what stops it', () => {
  const radius = blastRadius(accessGraph, 'order');
  const shown = lines(showBlastRadius(radius, style));
  const { callable, all } = radius.methods;
  expect(shown[0]).toBe(
    `Whoever owns order may call ${callable} of the ${all} methods of other services, and reaches:`,
  );
  const tables = shown.indexOf('tables orders select, insert, update');
  expect(tables).toBeGreaterThan(0);
  expect(shown.slice(tables).find((line) => line.startsWith('stopped by'))).toContain('Postgres grants');
});

test('Changes are shown with a sign for more, less and neither', () => {
  const changes = [
    { effect: 'more', words: 'order may now call payment/RefundPayment for a user' },
    { effect: 'less', words: 'a' },
    { effect: 'other', words: 'b' },
  ] as const;
  expect(showChanges(changes, style)).toEqual(['+ order may now call payment/RefundPayment for a user', '- a', '~ b']);
});
