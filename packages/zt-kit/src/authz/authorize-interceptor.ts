import { type Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { ZeroTrustError } from '../errors.ts';
import type { PeerIdentity } from '../mtls/peer-verification.ts';
import type { CallContext } from './call-context.ts';
import type { CallFacts } from './call-facts.ts';
import type { CallsOfPeers } from './calls-of-peers.ts';
import type { Decisions } from './decisions.ts';
import { refusalStatus } from './refusal-status.ts';

export interface AuthorizeInterceptorOptions {
  readonly decisions: Decisions;
  /** The verified peer of a live connection, by `host:port`. */
  readonly peerOf: (remote: string) => PeerIdentity | undefined;
  /** What policy may know of a request, by method path; only methods whose requests are one message have it. */
  readonly resourceOf: (method: string, request: unknown) => Readonly<Record<string, string | number>>;
  /** Puts the context where the handler finds it. */
  readonly bindContext: (metadata: Metadata, context: CallContext) => void;
  /** How long a call may take whose caller set no deadline, or a longer one. */
  readonly longestCallMs: number;
  /** How many each workload has under way. */
  readonly calls: CallsOfPeers;
}

/**
 * Decides every call before its handler runs, for all four kinds of call: where the request is one message, when that
 * message is there; where requests stream, before the first one is read.
 */
export function createAuthorizeInterceptor(options: AuthorizeInterceptorOptions): ServerInterceptor {
  return function authorize(method, call) {
    const gone = new AbortController();
    let overdue: NodeJS.Timeout | undefined;
    const requestStreams = method.requestStream;
    let facts: Omit<CallFacts, 'resource'>;
    let bound: Metadata;
    let endCall: (() => void) | undefined;

    async function decide(resourceOf: () => CallFacts['resource'], goOn: () => void): Promise<void> {
      try {
        options.bindContext(bound, await options.decisions.decide({ ...facts, resource: resourceOf() }));
      } catch (error) {
        end(refusalStatus(error));
        return;
      }
      goOn();
    }

    function end(answer: Parameters<typeof call.sendStatus>[0]): void {
      clearTimeout(overdue);
      call.sendStatus(answer);
    }

    /** gRPC ends a call at its caller's deadline, but knows of none of the service's own. */
    function endAt(deadline: Date): void {
      overdue = setTimeout(() => {
        gone.abort();
        end({ code: status.DEADLINE_EXCEEDED, details: 'The service did not answer in time.' });
      }, deadline.getTime() - Date.now());
    }

    return new ServerInterceptingCall(call, {
      sendStatus(answer, next) {
        clearTimeout(overdue);
        next(answer);
      },
      start(next) {
        next({
          onReceiveMetadata(metadata, nextMetadata) {
            // Looked up now and never later: once the connection is gone nobody can tell who was on it.
            const remote = call.getPeer();
            facts = {
              method: method.path,
              bearerToken: bearerTokenOf(metadata),
              peer: options.peerOf(remote) ?? null,
              address: remote,
              userAgent: textOf(metadata, 'user-agent') ?? '',
              traceparent: textOf(metadata, 'traceparent'),
              deadline: deadlineOf(call.getDeadline(), options.longestCallMs),
              signal: gone.signal,
              arrivedAtMs: performance.now(),
            };
            if (facts.peer === null) {
              call.sendStatus(
                refusalStatus(new ZeroTrustError('peer_certificate_missing', 'nobody verified is on the line')),
              );
              return;
            }
            endCall = options.calls.begin(facts.peer, remote);
            if (endCall === undefined) {
              call.sendStatus(
                refusalStatus(new ZeroTrustError('peer_limit_exceeded', 'the workload has too many calls under way')),
              );
              return;
            }
            // A stream may last, once it is known what is asked for.
            if (!(requestStreams && method.responseStream)) endAt(facts.deadline);
            // The handler's metadata are a copy without the token.
            bound = metadata.clone();
            bound.remove('authorization');
            const goOn = (): void => nextMetadata(bound);
            if (requestStreams) void decide(nothingOfRequest, goOn);
            else goOn();
          },
          onReceiveMessage(message, nextMessage) {
            if (method.responseStream) clearTimeout(overdue);
            const goOn = (): void => nextMessage(message);
            if (requestStreams) goOn();
            // Read where a request that the service cannot read is an answer, and not the end of the process.
            else void decide(() => options.resourceOf(method.path, message), goOn);
          },
          onCancel() {
            clearTimeout(overdue);
            endCall?.();
            gone.abort();
          },
        });
      },
    });
  };
}

const nothingOfRequest = () => ({});

const bearer = /^Bearer ([A-Za-z0-9._~+/=-]+)$/;

/** The one token of the `authorization` metadata; null where there is none, more than one, or another scheme. */
function bearerTokenOf(metadata: Metadata): string | null {
  return bearer.exec(textOf(metadata, 'authorization') ?? '')?.[1] ?? null;
}

function textOf(metadata: Metadata, key: string): string | null {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : null;
}

function deadlineOf(deadline: Date | number, longestCallMs: number): Date {
  const latest = Date.now() + longestCallMs;
  return new Date(Math.min(deadline instanceof Date ? deadline.getTime() : deadline, latest));
}
