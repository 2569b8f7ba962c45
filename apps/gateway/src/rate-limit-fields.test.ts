import { parseList } from 'structured-headers';
import { expect, test } from 'vitest';
import { rateLimitFields } from './rate-limit-fields.ts';

test('limits are lists of structured fields, one item for each', () => {
  const address = {
    policy: 'address',
    limit: { requests: 300, seconds: 10 },
    exceeded: false,
    remaining: 299,
  } as const;
  const user = { policy: 'user', limit: { requests: 200, seconds: 10 }, exceeded: true, remaining: 0 } as const;
  const fields = rateLimitFields([
    { ...address, secondsUntilReset: 7 },
    { ...user, secondsUntilReset: 3 },
  ]);
  expect(fields).toEqual({
    RateLimit: '"address";r=299;t=7, "user";r=0;t=3',
    'RateLimit-Policy': '"address";q=300;w=10, "user";q=200;w=10',
  });
  expect(parseList(fields.RateLimit)).toHaveLength(2);
});
