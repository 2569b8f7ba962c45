import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Metadata, type MethodDefinition, status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import type { CallContext } from '../authz/call-context.ts';
import { RefusedCall } from '../authz/decisions.ts';
import { BusinessError } from '../errors.ts';
import { EchoService } from '../testing/echo-service.ts';
import { type Handler, handlerOf } from './handlers.ts';

const decisions = { refuse: () => expect.fail('nothing was refused') };
const context = {} as CallContext;

/** As much of a grpc-js call as is read here. */
class Call extends EventEmitter {
  readonly metadata = new Metadata();
  readonly request = { text: 'a' };
  cancelled = false;
  readonly end = vi.fn();
  write(): boolean {
    return true;
  }
}

function run(method: unknown, handler: Handler, call: Call, bound: CallContext | undefined) {
  const wrapped = handlerOf(method as MethodDefinition<unknown, unknown>, handler, () => bound, decisions);
  return new Promise((resolve) =>
    (wrapped as unknown as (call: Call, answer: (error: unknown) => void) => void)(call, resolve),
  );
}

test('a call that was not decided never reaches its handler', async () => {
  const handler = vi.fn<Handler>();
  const error = await run(EchoService.unary, handler, new Call(), undefined);
  expect(error).toMatchObject({ code: status.INTERNAL, details: 'The service failed.' });
  expect(handler).not.toHaveBeenCalled();
});

test('a stream of answers ends with its caller, though there was room for more', async () => {
  const call = new Call();
  const ended = Promise.withResolvers<void>();
  let answers = 0;
  async function* handler() {
    try {
      while (answers < 100) {
        answers += 1;
        await setImmediate();
        yield {};
        call.cancelled = true;
      }
    } finally {
      ended.resolve();
    }
  }
  void run(EchoService.serverStream, handler, call, context);
  await ended.promise;
  expect(answers).toBe(2);
  expect(call.end).not.toHaveBeenCalled();
});

test('a handler that fails after its caller has gone tells nobody', async () => {
  const call = new Call();
  const told = vi.fn();
  call.on('error', told);
  // biome-ignore lint/correctness/useYield: it fails before its first answer
  async function* handler(): AsyncGenerator {
    call.cancelled = true;
    throw new Error('too late');
  }
  void run(EchoService.serverStream, handler, call, context);
  await setImmediate();
  await setImmediate();
  expect(told).not.toHaveBeenCalled();
});

test.each(['unavailable', 'conflict'] as const)(
  'who is told %s by a handler knows whether to ask again at once',
  async (refusal) => {
    const handler = () => Promise.reject(new BusinessError(refusal, 'Not now.'));
    const told = await run(EchoService.unary, handler, new Call(), context);
    const { metadata } = told as { readonly metadata: Metadata };
    // gRFC A6: a caller that reads this sends no retry.
    expect(metadata.get('grpc-retry-pushback-ms')).toEqual(refusal === 'unavailable' ? ['-1'] : []);
  },
);

test('what a client of this service has refused, and recorded, is not recorded a second time', async () => {
  const refused = new RefusedCall('decision-1', ['callee_quarantined'], 'payment is quarantined');
  const told = await run(EchoService.unary, () => Promise.reject(refused), new Call(), context);
  expect(told).toMatchObject({ code: status.UNAVAILABLE, details: expect.stringContaining('decision-1') });
});
