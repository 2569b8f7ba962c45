import { expect, test } from 'vitest';
import { faultOf } from './use-stack.ts';

const running = { name: 'e2e', kind: 'embedded', userIssuer: 'own' } as const;

test('A stack that runs is taken where nobody chose a kind, or its own was chosen', () => {
  expect(faultOf(running, { kind: undefined, userIssuer: 'own' })).toBeNull();
  expect(faultOf(running, { kind: 'embedded', userIssuer: 'own' })).toBeNull();
});

test('A stack of another kind or with another issuer is not taken for the one that was wanted', () => {
  expect(faultOf(running, { kind: 'native', userIssuer: 'own' })).toBe('the stack e2e is of the kind embedded');
  expect(faultOf(running, { kind: undefined, userIssuer: 'dex' })).toBe('the stack e2e runs with another issuer');
});
