import { type Attempt, attempts } from '@zt/e2e/attempts';
import { type Reason, statusOfReason } from '@zt/kit/errors';
import { exchangeRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { heading } from '../layout.ts';
import { showHop } from '../show-hop.ts';
import { showRefusal } from '../show-refusal.ts';
import { showTrace } from '../show-trace.ts';
import { showTraffic } from '../show-traffic.ts';
import { storyRefusals } from '../story-refusals.ts';
import type { Style } from '../style.ts';

const gap = ['', '      …', ''];

/** What the README shows of the demo: made-up records, told by the story itself. */
export function demoExcerpt(style: Style): string[] {
  return [
    ...heading(1, 'One order, hop by hop', style).slice(1),
    ...showTrace([exchangeRecord('order', { resource: { audience: idOf('payment') } })], style),
    ...showHop(4, authorizePayment, style),
    ...gap,
    ...heading(2, 'What is refused', style).slice(1),
    ...refusal('token/of-another-workload', style),
    '',
    ...refusal('database/stolen-login', style),
    ...gap,
    ...heading(3, 'Orders flow while identities and logins change', style).slice(1, -1),
    ...showTraffic(minute, style),
  ];
}

const orderId = 'd22f3ae8-818d-42f5-a597-24dc08775ec6';

const authorizePayment = madeUpRecord({
  time: '2026-03-01T12:00:16Z',
  decisionId: 'e2e82d31-bccc-4a18-8d69-c8d4ba147b5a',
  service: idOf('payment'),
  serviceCertificate: { serialNumber: '13B3B48FCC6C1497', notAfter: '2026-03-01T12:01:06Z' },
  method: '/payment.v1.PaymentService/AuthorizePayment',
  rule: 'payment.v1.PaymentService/AuthorizePayment',
  peer: { spiffeId: idOf('order'), serialNumber: '8D6193AB1FB4D019', notAfter: '2026-03-01T12:01:06Z' },
  token: {
    id: '73b59fb2-9062-44b4-b475-236c32b6c777',
    subject: 'alice',
    audience: idOf('payment'),
    chain: [idOf('order'), idOf('gateway')],
    scopes: ['payments:write'],
    expiresAt: '2026-03-01T12:01:16Z',
  },
  resource: { amount_minor_units: 1500, currency: 'EUR', order: orderId, payment: orderId },
  database: {
    login: 'v-cert-pay-payment-7mVdCC3YCry1qiME3itX-1795415293',
    leaseId: 'database/creds/payment/G4r4tf0bAvLs9OIiqBwKqAyc',
    leaseEndsAt: '2026-03-01T12:01:14Z',
  },
});

const minute = {
  seconds: 60,
  count: { placed: 1424, failed: 0, failures: [] },
  services: ['gateway', 'identity', 'inventory', 'order', 'payment'].map((name) => ({
    service: idOf(name),
    svids: 3,
    logins: name === 'gateway' ? 0 : 3,
  })),
};

function refusal(id: string, style: Style): string[] {
  const told = storyRefusals('embedded');
  const number = told.findIndex((each) => each.id === id) + 1;
  const attempt = attempts.find((known) => known.id === id);
  const lesson = told[number - 1]?.lesson;
  if (attempt === undefined || lesson === undefined) throw new Error(`the story does not tell of ${id}`);
  const evidence = { ...attempt.expected, ...toldAndRecorded(attempt) };
  const outcome = { kind: 'refused_as_expected', evidence } as const;
  return showRefusal(number, { kind: 'embedded', attempt, lesson, outcome }, style);
}

function toldAndRecorded({ to, expected }: Attempt): { readonly message: string; readonly recordedBy: string } {
  if (to === 'postgres') {
    return {
      message: 'the login and the client certificate do not both belong to this database',
      recordedBy: "Postgres's log",
    };
  }
  const decision = 'a16df805-cae3-4f75-8981-1f73aabc6135';
  const { details } = statusOfReason(expected.reasons[0] as Reason);
  return { message: `${details} Decision ${decision}.`, recordedBy: `${to}, decision ${decision}` };
}
