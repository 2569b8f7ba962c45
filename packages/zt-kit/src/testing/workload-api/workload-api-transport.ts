import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import {
  type JWTBundlesResponse,
  type JWTSVIDRequest,
  type JWTSVIDResponse,
  type SpiffeWorkloadAPIServer,
  SpiffeWorkloadAPIService,
  type ValidateJWTSVIDRequest,
  type ValidateJWTSVIDResponse,
  type X509BundlesResponse,
  type X509SVIDResponse,
} from '@zt/proto/workload-api';
import { createSpeaker, type Manner, type Speaker } from './manner.ts';
import { checkHeader, type Refusal, statusOf } from './refusal.ts';
import { createStreamMethod } from './stream-method.ts';
import { listenOnUnixSocket } from './unix-listener.ts';

/** What the API says at the moment it is asked. Each throws a `Refusal` where it has no answer. */
export interface WorkloadApiAnswers {
  fetchX509Svid(): X509SVIDResponse;
  fetchX509Bundles(): X509BundlesResponse;
  fetchJwtBundles(): JWTBundlesResponse;
  fetchJwtSvid(request: JWTSVIDRequest): Promise<JWTSVIDResponse>;
  validateJwtSvid(request: ValidateJWTSVIDRequest): Promise<ValidateJWTSVIDResponse>;
}

export type WorkloadApiStream = 'fetchX509Svid' | 'fetchX509Bundles' | 'fetchJwtBundles';

export interface WorkloadApiTransportOptions {
  /** Of the Unix socket. */
  readonly path: string;
  readonly answers: WorkloadApiAnswers;
  /** Hears of each refusal, by the method's name in the specification. */
  readonly onRefused?: (method: string, refusal: unknown) => void;
}

/** Carries the Workload API over a Unix socket (SPIFFE Workload Endpoint). What is said is the business of the answers. */
export interface WorkloadApiTransport {
  /** `unix:///…` */
  readonly socket: string;
  listen(): Promise<void>;
  /** Breaks all connections and is gone, as a process that dies. `listen` brings it back. */
  stop(): Promise<void>;
  /** Tells whoever listens to the stream what is the answer now. A refusal ends the stream. */
  tell(stream: WorkloadApiStream): void;
  /** Ends all streams. */
  end(refusal: Refusal): void;
  behave(manner: Manner): void;
}

export function createWorkloadApiTransport({
  path,
  answers,
  onRefused = () => {},
}: WorkloadApiTransportOptions): WorkloadApiTransport {
  const speaker = createSpeaker();
  const streams = {
    fetchX509Svid: createStreamMethod(speaker, answers.fetchX509Svid, (why) => onRefused('FetchX509SVID', why)),
    fetchX509Bundles: createStreamMethod(speaker, answers.fetchX509Bundles, (why) =>
      onRefused('FetchX509Bundles', why),
    ),
    fetchJwtBundles: createStreamMethod(speaker, answers.fetchJwtBundles, (why) => onRefused('FetchJWTBundles', why)),
  };
  const allStreams = Object.values(streams);

  function unary<Request, Response>(
    answer: (request: Request) => Promise<Response>,
    refused: (refusal: unknown) => void,
  ): handleUnaryCall<Request, Response> {
    const answerTo = async (call: Parameters<handleUnaryCall<Request, Response>>[0]): Promise<Response> => {
      checkHeader(call.metadata);
      return await answer(call.request);
    };
    return (call, callback) =>
      speaker.speak(call, () => {
        answerTo(call).then(
          (response) => callback(null, response),
          (refusal: unknown) => {
            refused(refusal);
            callback(statusOf(refusal));
          },
        );
      });
  }

  const implementation: SpiffeWorkloadAPIServer = {
    fetchX509Svid: streams.fetchX509Svid.handle,
    fetchX509Bundles: streams.fetchX509Bundles.handle,
    fetchJwtBundles: streams.fetchJwtBundles.handle,
    fetchJwtsvid: unary(answers.fetchJwtSvid, (why) => onRefused('FetchJWTSVID', why)),
    validateJwtsvid: unary(answers.validateJwtSvid, (why) => onRefused('ValidateJWTSVID', why)),
  };
  /** Gives what ends it. */
  let listening: Promise<() => Promise<void>> | null = null;

  async function listen(): Promise<() => Promise<void>> {
    const server = new Server({ 'grpc.enable_channelz': 0 });
    server.addService(breakable(speaker), implementation);
    const { injectConnection } = server.createConnectionInjector(ServerCredentials.createInsecure());
    const listener = await listenOnUnixSocket(path, injectConnection);
    return async () => {
      // The sockets first: nobody hears a word of farewell, as from a process that was killed.
      await listener.close();
      server.forceShutdown();
    };
  }

  return {
    socket: `unix://${path}`,
    async listen() {
      listening ??= listen();
      await listening;
    },
    async stop() {
      const stopping = listening;
      listening = null;
      await (await stopping)?.();
    },
    tell: (stream) => streams[stream].tell(),
    end(refusal) {
      for (const stream of allStreams) stream.end(refusal);
    },
    behave(manner) {
      speaker.change(manner);
      if (manner.kind === 'broken') for (const stream of allStreams) stream.tell();
    },
  };
}

/** The service, but that a broken speaker's messages lack their last byte: no field of theirs is as long as it says. */
function breakable(speaker: Speaker): typeof SpiffeWorkloadAPIService {
  const methods = Object.entries(SpiffeWorkloadAPIService).map(([name, method]) => {
    const responseSerialize = (response: never): Buffer => {
      const bytes = method.responseSerialize(response);
      return speaker.manner.kind === 'broken' ? bytes.subarray(0, -1) : bytes;
    };
    return [name, { ...method, responseSerialize }];
  });
  return Object.fromEntries(methods) as typeof SpiffeWorkloadAPIService;
}
