import { madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { evidenceOfBypass } from './bypass-evidence.ts';
import { bypassMatrix } from './bypass-matrix.ts';

const forged = (id: string) =>
  bypassMatrix.find((each) => each.id === id) ?? expect.fail(`there is no forged call ${id}`);
const withoutToken = forged('bypass/gateway-order/PlaceOrder/no-token');
const refused = madeUpRecord({ allowed: false, reasons: ['token_missing'] });
const answered = (told: string) => ({ answer: { code: 'UNAUTHENTICATED', told }, records: [refused] });

test('what was told and what was recorded is the verdict', () => {
  expect(evidenceOfBypass(withoutToken, answered('No.'), new Map())).toMatchObject({
    code: 'UNAUTHENTICATED',
    reasons: ['token_missing'],
    recordedBy: expect.stringContaining(refused.decisionId),
  });
});

test('a call whose handler ran got through, whatever its caller was told', () => {
  const call = { ...answered('No.'), records: [refused, madeUpRecord({ allowed: true, reasons: [] })] };
  expect(evidenceOfBypass(withoutToken, call, new Map()).code).toBe('OK');
});

test('a refusal that nobody recorded is told as such', () => {
  expect(evidenceOfBypass(withoutToken, { ...answered('No.'), records: [] }, new Map()).recordedBy).toBeNull();
});

test('who is told more than others of the same status learns which check has failed, and that is another verdict', () => {
  const told = new Map<string, string>();
  const decisions = ['0a0b0c0d-0000-4000-8000-000000000001', '0a0b0c0d-0000-4000-8000-000000000002'];
  for (const id of decisions) {
    expect(evidenceOfBypass(withoutToken, answered(`No. Decision ${id}.`), told).code).toBe('UNAUTHENTICATED');
  }
  expect(evidenceOfBypass(withoutToken, answered('No token.'), told).code).toBe('message tells: No token.');
});
