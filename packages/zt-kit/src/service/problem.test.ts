import { expect, test } from 'vitest';
import { RefusedCall } from '../authz/decisions.ts';
import { BusinessError, ZeroTrustError } from '../errors.ts';
import { problem, problemOf } from './problem.ts';

test('a problem says what its status is called, and names a decision only where there was one', () => {
  expect(problem(415, 'No.')).toEqual({
    type: 'about:blank',
    title: 'Unsupported Media Type',
    status: 415,
    detail: 'No.',
  });
  expect(problem(403, 'No.', 'd-1')).toMatchObject({ title: 'Forbidden', decisionId: 'd-1' });
});

test("a business rule's sentence is told, and of a control's refusal no more than that it was one", () => {
  expect(problemOf(new BusinessError('conflict', 'It is there.'))).toMatchObject({
    status: 409,
    detail: 'It is there.',
  });
  const told = problemOf(new ZeroTrustError('token_expired', 'secret detail'), 'd-1');
  expect(told).toMatchObject({ status: 401, decisionId: 'd-1' });
  const refused = new RefusedCall('d-2', ['user_blocked'], 'secret detail');
  expect(problemOf(refused, 'd-1')).toMatchObject({ status: 403, decisionId: 'd-2' });
  expect(JSON.stringify(told)).not.toContain('secret');
});

test('of an error that nobody expected nothing is told', () => {
  expect(problemOf(new Error('secret detail'))).toMatchObject({ status: 500, detail: 'The service failed.' });
});
