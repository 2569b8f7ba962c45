import { HealthCheckResponse_ServingStatus as ServingStatus } from '@zt/proto/health';
import { expect, test } from 'vitest';
import type { CallContext } from '../authz/call-context.ts';
import { createHealth } from './health.ts';

const contextUntil = (signal: AbortSignal) => ({ signal }) as CallContext;
const context = contextUntil(new AbortController().signal);
const { SERVING, NOT_SERVING } = ServingStatus;

test('a service is not healthy before it serves, nor after', async () => {
  const { implementation, setServing } = createHealth();
  const status = async () => (await implementation.check({ service: '' }, context)).status;
  expect(await status()).toBe(NOT_SERVING);
  setServing(true);
  expect(await status()).toBe(SERVING);
  setServing(false);
  expect(await status()).toBe(NOT_SERVING);
});

test('health is told for the server as a whole, and for no part of it', async () => {
  const { implementation } = createHealth();
  await expect(implementation.check({ service: 'order' }, context)).rejects.toMatchObject({ refusal: 'not_found' });
});

test('who watches is told at once and after each change, until it goes away', async () => {
  const { implementation, setServing } = createHealth();
  const gone = new AbortController();
  const watching = implementation.watch({ service: '' }, contextUntil(gone.signal))[Symbol.asyncIterator]();
  expect((await watching.next()).value).toEqual({ status: NOT_SERVING });
  const next = watching.next();
  setServing(true);
  expect((await next).value).toEqual({ status: SERVING });
  const last = watching.next();
  gone.abort();
  expect((await last).done).toBe(true);
});
