import { expect, test } from 'vitest';
import type { Attempt, Evidence } from './attempts/index.ts';
import { attempts } from './attempts/index.ts';
import { failedLine, hasPassed, reportLine } from './report.ts';

const attempt: Attempt = {
  id: 'token/missing',
  title: 'order calls payment without a token',
  from: 'order',
  to: 'payment',
  method: '/payment.v1.PaymentService/AuthorizePayment',
  fault: 'no user token',
  expected: { code: 'UNAUTHENTICATED', reasons: ['token_missing'] },
  run: () => expect.fail(),
};
const evidence: Evidence = {
  code: 'UNAUTHENTICATED',
  reasons: ['token_missing'],
  message: 'The caller could not be verified.',
  recordedBy: 'payment, decision 1',
};

test('a refusal with the expected code, the expected reasons and a record has passed', () => {
  expect(hasPassed(reportLine(attempt, evidence, 5))).toBe(true);
});

test.each<[string, Partial<Evidence>]>([
  ['another code', { code: 'OK', reasons: [] }],
  ['another reason', { reasons: ['token_expired'] }],
  ['one reason more', { reasons: ['token_missing', 'user_blocked'] }],
  ['no record', { recordedBy: null }],
])('a refusal with %s has not passed', (_what, change) => {
  expect(hasPassed(reportLine(attempt, { ...evidence, ...change }, 5))).toBe(false);
});

test('an attempt that could not be made has not passed, and the report says why', () => {
  const line = failedLine(attempt, new Error('the stack is gone'), 5);
  expect(hasPassed(line)).toBe(false);
  expect(line.reason).toBe('the stack is gone');
});

test('every attempt has an id of its own', () => {
  const ids = attempts.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every method of the access graph is driven once as an allowed path', async () => {
  const { accessGraph, policyData } = await import('@zt/access-graph');
  const allowed = new Set(attempts.filter(({ fault }) => fault === 'none').map(({ method }) => method));
  const methods = Object.keys(policyData(accessGraph).graph.methods).filter((method) => !method.endsWith('/Watch'));
  expect(methods.filter((method) => !allowed.has(method))).toEqual([]);
});
