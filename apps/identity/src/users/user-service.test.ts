import { createTestCallContext } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { createUserService } from './user-service.ts';

const context = createTestCallContext(null, { peer: 'spiffe://zt.example/ns/shop/sa/operator' });

function start() {
  const done: string[] = [];
  const log = (event: string, fields = {}) => void done.push(`${event} ${JSON.stringify(fields)}`);
  const service = createUserService({
    users: { list: async () => [{ id: 'mallory', roles: ['customer'], blocked: true, sessions: 2 }] },
    blocking: {
      block: async (id) => id === 'mallory',
      unblock: async (id) => id === 'mallory',
    },
    feed: { lookNow: () => void done.push('looked') },
    log: { info: log, warn: log, error: log },
  });
  return { service, done };
}

test('who is blocked or unblocked is told to everybody at once, and logged with the decision', async () => {
  const { service, done } = start();
  await service.blockUser({ userId: 'mallory' }, context);
  await service.unblockUser({ userId: 'mallory' }, context);
  const about = '{"user":"mallory","decisionId":"decision-1"}';
  expect(done).toEqual(['looked', `user_blocked ${about}`, 'looked', `user_unblocked ${about}`]);
});

test('a user who is not there is neither', async () => {
  const { service, done } = start();
  await expect(service.blockUser({ userId: 'nobody' }, context)).rejects.toMatchObject({ refusal: 'not_found' });
  await expect(service.unblockUser({ userId: 'nobody' }, context)).rejects.toMatchObject({ refusal: 'not_found' });
  expect(done).toEqual([]);
});

test('the operator sees who there is', async () => {
  expect(await start().service.listUsers({}, context)).toEqual({
    users: [{ userId: 'mallory', roles: ['customer'], blocked: true, sessions: 2 }],
  });
});
