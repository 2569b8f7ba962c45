import { expect, test } from 'vitest';
import { createTestCallContext } from '../testing/call-context.ts';
import { requireUser } from './call-context.ts';

test('what belongs to a user is not done on behalf of nobody', () => {
  expect(requireUser(createTestCallContext('alice')).id).toBe('alice');
  expect(() => requireUser(createTestCallContext(null))).toThrow(expect.objectContaining({ reason: 'user_required' }));
});
