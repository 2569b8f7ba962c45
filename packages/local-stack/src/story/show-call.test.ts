import type { CallOutcome } from '@zt/e2e/call';
import { idOf, madeUpRecord } from '@zt/kit/testing';
import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { type CallRun, showCall } from './show-call.ts';

const style = { colors: picocolors.createColors(false), verbose: false, timeZone: 'UTC' };
const method = '/payment.v1.PaymentService/AuthorizePayment';
const outcome: CallOutcome = { code: 'OK', message: '', answer: { paymentId: 'p-1' }, records: [] };
const run: CallRun = {
  call: { from: 'order', to: 'payment', method, credential: { kind: 'token of a user', way: null, roles: [] } },
  user: 'alice',
  outcome,
};
const shown = (changes: Partial<CallRun>): string => showCall({ ...run, ...changes }, style).join('\n');

test('who acts as whom, on whose behalf, and the answer are told', () => {
  expect(shown({})).toMatch(/acts as order: it can do whatever order can/);
  expect(shown({})).toMatch(/order calls payment's AuthorizePayment on behalf of alice\./);
  expect(shown({})).toMatch(/payment answers:\s*\n\{\n {2}"paymentId": "p-1"\n\}$/);
});

test('a refusal comes with why, as the one who decided recorded it', () => {
  const record = madeUpRecord({
    ...{ service: idOf('payment'), method, allowed: false, reasons: ['token_missing'] },
  });
  const text = shown({ outcome: { code: 'UNAUTHENTICATED', message: 'No.', answer: null, records: [record] } });
  expect(text).toMatch(/✖ refused[\s\S]*token_missing[\s\S]*UNAUTHENTICATED: No\./);
  expect(text).not.toContain('answers');
});

test('whoever can have no token for the call is told so', () => {
  const bare = { ...run.call, from: 'inventory', credential: { kind: 'nothing' } } as const;
  expect(shown({ call: bare }).replace(/\s+/g, ' ')).toMatch(
    /without a token of alice, since inventory calls payment for no user/,
  );
  expect(shown({ call: bare, user: null })).toMatch(/AuthorizePayment without a token\./);
  expect(shown({ call: { ...run.call, credential: { kind: 'own token' } } })).toMatch(/in its own name/);
});

test('bytes in an answer are shown as they are typed in a request', () => {
  const answer = JSON.parse(JSON.stringify({ record: Buffer.from('hi') })) as unknown;
  expect(shown({ outcome: { ...outcome, answer } })).toContain('"record": "aGk="');
});

test('a token in an answer is not shown', () => {
  const answer = { accessToken: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmVk', nextPageToken: 'page-2' };
  const text = shown({ outcome: { ...outcome, answer } });
  expect(text).not.toContain('eyJ');
  expect(text).toContain('page-2');
});

test('a token inside of another text is not shown either, nor one in a refusal', () => {
  const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmVk';
  const said = { ...outcome, answer: { header: `Bearer ${jwt}`, list: [`a ${jwt}, and more`] } };
  expect(shown({ outcome: said })).not.toContain('eyJ');
  expect(shown({ outcome: said })).toContain('and more');
  expect(shown({ outcome: { ...outcome, code: 'INTERNAL', message: `not good: ${jwt}` } })).not.toContain('eyJ');
});

test('what a service answers or records does not speak to the terminal', () => {
  const hostile = 'a\x1b[2J\x9b31m\u202e\x07';
  const record = madeUpRecord({ allowed: false, detail: hostile, resource: { [hostile]: hostile } });
  const said = { code: 'INTERNAL', message: hostile, answer: null, records: [record] };
  for (const text of [shown({ outcome: { ...outcome, answer: { [hostile]: hostile } } }), shown({ outcome: said })]) {
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(text).toContain('a\ufffd[2J');
  }
});
