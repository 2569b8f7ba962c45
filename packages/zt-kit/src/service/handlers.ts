import { once } from 'node:events';
import {
  type Metadata,
  type MethodDefinition,
  type ServerDuplexStream,
  type StatusObject,
  status,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { CallContext } from '../authz/call-context.ts';
import { type Decisions, RefusedCall } from '../authz/decisions.ts';
import { refusalStatus } from '../authz/refusal-status.ts';
import { ZeroTrustError } from '../errors.ts';

/** An implementation's method before its message types are known. */
export type Handler = (input: unknown, context: CallContext) => Promise<unknown> | AsyncIterable<unknown>;

type Call = ServerDuplexStream<unknown, unknown> & { readonly request: unknown };
type Callback = (error: unknown, response?: unknown) => void;

/** Makes a grpc-js handler of a function with messages in and out and a verified context. */
export function handlerOf(
  method: MethodDefinition<unknown, unknown>,
  handler: Handler,
  contextOf: (metadata: Metadata) => CallContext | undefined,
  decisions: Pick<Decisions, 'refuse'>,
): UntypedHandleCall {
  function run(call: Call): Promise<unknown> | AsyncIterable<unknown> {
    const context = contextOf(call.metadata);
    if (context === undefined) throw new Error(`${method.path} reached its handler undecided`);
    // A handler that stops reading must not destroy the stream on which its answer has to travel.
    return handler(method.requestStream ? call.iterator({ destroyOnReturn: false }) : call.request, context);
  }

  /** A control that refuses inside the handler is recorded like any other; the caller can't tell them apart. */
  async function statusOf(call: Call, error: unknown): Promise<StatusObject> {
    const context = contextOf(call.metadata);
    // What a client of this service refused is recorded already.
    const isRefusal = error instanceof ZeroTrustError && !(error instanceof RefusedCall) && context !== undefined;
    const told = refusalStatus(isRefusal ? await decisions.refuse(context, error) : error);
    // Retries are for calls that got no answer. This is one: at every hop four times, it would only make things worse.
    if (told.code === status.UNAVAILABLE) told.metadata.set('grpc-retry-pushback-ms', '-1');
    return told;
  }

  async function answerOnce(call: Call, callback: Callback): Promise<void> {
    try {
      callback(null, await run(call));
    } catch (error) {
      callback(await statusOf(call, error));
    }
  }

  async function answerMany(call: Call): Promise<void> {
    try {
      for await (const message of run(call) as AsyncIterable<unknown>) {
        if (call.cancelled) return;
        if (!call.write(message)) await drained(call);
      }
      call.end();
    } catch (error) {
      if (!call.cancelled) call.emit('error', await statusOf(call, error));
    }
  }

  /** Ends the handler too where the caller goes away without reading on. */
  async function drained(call: Call): Promise<void> {
    await once(call, 'drain', { signal: contextOf(call.metadata)?.signal });
  }

  if (method.responseStream) return ((call: Call) => void answerMany(call)) as unknown as UntypedHandleCall;
  return ((call: Call, callback: Callback) => void answerOnce(call, callback)) as unknown as UntypedHandleCall;
}
