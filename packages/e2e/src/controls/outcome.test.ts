import { expect, test } from 'vitest';
import { outcomeOf, outcomeOfError } from './outcome.ts';

const evidence = (code: string, reasons: readonly string[], recordedBy: string | null = 'order') => ({
  code,
  reasons,
  message: '',
  recordedBy,
});
const expired = { code: 'UNAUTHENTICATED', reasons: ['token_expired'] };

test('a path that is refused as ever was held', () => {
  expect(outcomeOf(expired, evidence('UNAUTHENTICATED', ['token_expired']))).toEqual({ kind: 'held' });
});

test('a path that is refused for something else was stopped by the next layer', () => {
  const refused = evidence('PERMISSION_DENIED', ['scope_missing', 'role_missing']);
  expect(outcomeOf(expired, refused)).toEqual({ kind: 'stopped', by: 'role_missing, scope_missing' });
  expect(outcomeOf(expired, evidence('UNAVAILABLE', [], null))).toEqual({ kind: 'stopped', by: 'UNAVAILABLE' });
});

test('a path that was let in got through, whatever the service makes of the request', () => {
  expect(outcomeOf(expired, evidence('OK', []))).toEqual({ kind: 'through', as: 'OK' });
  expect(outcomeOf(expired, evidence('INVALID_ARGUMENT', [], null))).toEqual({
    kind: 'through',
    as: 'INVALID_ARGUMENT',
  });
  expect(outcomeOf({ code: '404', reasons: [] }, evidence('200', []))).toEqual({ kind: 'through', as: '200' });
  expect(outcomeOfError(new Error('the handler ran, by decision 1'))).toEqual({ kind: 'through', as: 'OK' });
});

test('a caller who is told which check has failed got what is kept from callers', () => {
  const told = evidence('message tells: token_expired', ['token_expired']);
  expect(outcomeOf(expired, told)).toEqual({ kind: 'through', as: 'told why' });
});

test('an allowed path that fails says nothing of a control', () => {
  expect(outcomeOf({ code: 'OK', reasons: [] }, evidence('UNAVAILABLE', []))).toMatchObject({ kind: 'failed' });
  expect(outcomeOfError(new Error('no answer'))).toEqual({ kind: 'failed', why: 'no answer' });
});
