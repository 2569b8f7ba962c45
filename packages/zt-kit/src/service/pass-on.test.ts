import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { statusOfError, ZeroTrustError } from '../errors.ts';
import { passOn } from './pass-on.ts';
import { CallError } from './secure-client.ts';

/** What the caller of this service gets. */
function passedOn(error: unknown): unknown {
  try {
    return passOn(error);
  } catch (thrown) {
    return thrown;
  }
}

test.each([
  [status.INVALID_ARGUMENT, status.INVALID_ARGUMENT],
  [status.NOT_FOUND, status.NOT_FOUND],
  [status.ABORTED, status.ALREADY_EXISTS],
  [status.FAILED_PRECONDITION, status.FAILED_PRECONDITION],
  [status.RESOURCE_EXHAUSTED, status.RESOURCE_EXHAUSTED],
])('a refusal by the other service (%i) is passed on with its sentence', (code, own) => {
  const error = passedOn(new CallError('/lamp.v1.LampService/Light', code, 'The lamp is broken.'));
  expect(statusOfError(error)).toEqual({ code: own, details: 'The lamp is broken.' });
});

test.each([
  [status.UNAVAILABLE, status.UNAVAILABLE],
  [status.DEADLINE_EXCEEDED, status.UNAVAILABLE],
  [status.INTERNAL, status.INTERNAL],
  [status.UNIMPLEMENTED, status.INTERNAL],
])('what the other service says where it gives no answer (%i) is not passed on', (code, own) => {
  const told = statusOfError(passedOn(new CallError('/lamp.v1.LampService/Light', code, 'secret')));
  expect(told.code).toBe(own);
  expect(told.details).not.toContain('secret');
});

test.each([status.PERMISSION_DENIED, status.UNAUTHENTICATED])(
  'that a control of the other service said no (%i) is a refusal here too, to be recorded',
  (code) => {
    const error = passedOn(new CallError('/lamp.v1.LampService/Light', code, 'secret'));
    expect(error).toBeInstanceOf(ZeroTrustError);
    expect(statusOfError(error)).toEqual({ code: status.PERMISSION_DENIED, details: 'The call is not allowed.' });
  },
);

test('an error that is no answer of another service stays what it is', () => {
  const error = new ZeroTrustError('user_required', 'the call at hand has no user');
  expect(passedOn(error)).toBe(error);
});
