import type { MethodDefinition } from '@grpc/grpc-js';
import type { PolicyData, PolicyMethod } from '../authz/policy-data.ts';
import { ZeroTrustError } from '../errors.ts';
import type { Implementation } from '../service/service-definition.ts';

interface Echo {
  readonly text: string;
  readonly amount_minor_units?: number;
}

const serialize = (value: Echo): Buffer => Buffer.from(JSON.stringify(value));
const deserialize = (bytes: Buffer): Echo => JSON.parse(bytes.toString('utf8')) as Echo;

function method<RequestStream extends boolean, ResponseStream extends boolean>(
  name: string,
  requestStream: RequestStream,
  responseStream: ResponseStream,
): MethodDefinition<Echo, Echo> & { readonly requestStream: RequestStream; readonly responseStream: ResponseStream } {
  return {
    path: `/zt.test.v1.EchoService/${name}`,
    requestStream,
    responseStream,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  };
}

/** A service with all four kinds of call, for tests of what stands before a handler. */
export const EchoService = {
  unary: method('Unary', false, false),
  serverStream: method('ServerStream', false, true),
  clientStream: method('ClientStream', true, false),
  bidirectional: method('Bidirectional', true, true),
} as const;

function mind({ text }: Echo): void {
  if (text === 'refuse') throw new ZeroTrustError('session_ended', 'refused inside the handler');
  if (text === 'fail') throw new Error('secret detail');
}

/**
 * Says what it is told, and counts how often a handler ran. On `refuse` and `fail` it does that instead; on `flood` a
 * stream of answers has no end, until nobody takes them any more, and on `hang` one answer never comes.
 */
export function createEcho(
  onRun: () => void = () => {},
  onEnd: () => void = () => {},
): Implementation<typeof EchoService> {
  return {
    async unary(request) {
      onRun();
      mind(request);
      if (request.text === 'hang') await new Promise(() => {});
      return request;
    },
    async *serverStream(request) {
      onRun();
      mind(request);
      try {
        yield request;
        yield request;
        while (request.text === 'flood') yield { text: 'x'.repeat(100_000) };
      } finally {
        onEnd();
      }
    },
    async clientStream(requests) {
      onRun();
      const texts: string[] = [];
      for await (const request of requests) {
        mind(request);
        texts.push(request.text);
      }
      return { text: texts.join(' ') };
    },
    async *bidirectional(requests) {
      onRun();
      for await (const request of requests) {
        mind(request);
        yield request;
      }
    },
  };
}

/** What a rule may ask for besides its caller and its scopes. */
export type EchoConditions = Partial<
  Pick<
    PolicyMethod,
    'on_behalf_of' | 'roles' | 'purpose' | 'hours' | 'networks' | 'rate_limit' | 'distinct_users' | 'observe'
  >
>;

/**
 * A policy that lets `caller` call every method of `service` on behalf of a user with the scope `echo:write`; where
 * requests are one message, with less than 10,000.00 or the role `finance`. What is given besides goes for each method.
 */
export function echoPolicy(service: string, caller: string, further: EchoConditions = {}): PolicyData {
  const rule = {
    service,
    callers: [caller],
    on_behalf_of: 'user',
    scopes: ['echo:write'],
    token_scopes: ['echo:write'],
    record: 'synced',
    ...further,
  } as const;
  const amountLimit = { amount_limit: { minor_units: 1_000_000, role: 'finance' } };
  return {
    graph: {
      trust_domain: 'zt.example',
      methods: Object.fromEntries(
        // Only a request that is one message can tell policy its amount.
        Object.values(EchoService).map((echo) => [echo.path, { ...rule, ...(echo.requestStream ? {} : amountLimit) }]),
      ),
      entry_points: [caller],
      edges: { [service]: [caller] },
    },
  };
}
