import type { MethodDefinition } from '@grpc/grpc-js';
import type { CallContext } from '../authz/call-context.ts';

/** A service as ts-proto describes it: `OrderServiceService`. */
// biome-ignore lint/suspicious/noExplicitAny: the message types differ per method and are inferred from here
export type Definition = Readonly<Record<string, MethodDefinition<any, any>>>;

/** What a service implements: one function per method, with messages in and out and a verified context. */
export type Implementation<Service extends Definition> = {
  readonly [Method in keyof Service]: Service[Method] extends MethodDefinition<infer Request, infer Response>
    ? Service[Method]['requestStream'] extends true
      ? Service[Method]['responseStream'] extends true
        ? (requests: AsyncIterable<Request>, context: CallContext) => AsyncIterable<Response>
        : (requests: AsyncIterable<Request>, context: CallContext) => Promise<Response>
      : Service[Method]['responseStream'] extends true
        ? (request: Request, context: CallContext) => AsyncIterable<Response>
        : (request: Request, context: CallContext) => Promise<Response>
    : never;
};

/** What policy may know of a request: identifiers and numbers, never the body. Methods that are left out tell nothing. */
export type Resources<Service extends Definition> = {
  readonly [Method in keyof Service]?: Service[Method] extends MethodDefinition<infer Request, infer _Response>
    ? (request: Request) => Readonly<Record<string, string | number>>
    : never;
};

/** Calls another service on behalf of the context's user: each unary method of it as a function. */
export type SecureClient<Service extends Definition> = {
  readonly [Method in keyof Service]: Service[Method] extends MethodDefinition<infer Request, infer Response>
    ? (request: Request, context: CallContext) => Promise<Response>
    : never;
};
