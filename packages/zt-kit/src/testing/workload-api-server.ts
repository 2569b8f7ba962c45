import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import {
  type JWTBundlesResponse,
  type JWTSVIDRequest,
  type JWTSVIDResponse,
  type SpiffeWorkloadAPIServer,
  SpiffeWorkloadAPIService,
  type X509BundlesResponse,
  type X509SVIDResponse,
} from '@zt/proto/workload-api';

/** A SPIFFE agent, said line by line by a test. */
export interface TestWorkloadApi {
  /** `unix:///…` */
  readonly socket: string;
  /** What was last asked of it for a JWT-SVID. */
  readonly asked: readonly JWTSVIDRequest[];
  /** How often somebody asked for an X.509-SVID and got none. */
  streamsRefused(): number;
  /** Gives this to everyone who is listening, and to everyone who comes. */
  send(response: X509SVIDResponse): void;
  /** Keeps this for everyone who comes from now on, and says nothing to who is listening. */
  prepare(response: X509SVIDResponse): void;
  sendX509Bundles(response: X509BundlesResponse): void;
  sendJwtBundles(response: JWTBundlesResponse): void;
  /** Answers requests for a JWT-SVID with this. */
  giveJwtSvid(response: JWTSVIDResponse): void;
  /** Ends all streams with PERMISSION_DENIED, and refuses everyone who comes until `send`. */
  deny(): void;
  /** Ends all streams as a dying agent does; who comes gets the last message. */
  interrupt(): void;
  close(): Promise<void>;
}

const headerIsThere = (metadata: Metadata): boolean => metadata.get('workload.spiffe.io')[0] === 'true';
const refusal = (code: status) => ({ code, details: 'refused by the test', metadata: new Metadata() });

/** One stream of the API: whoever listens gets each message, whoever comes the last one. */
function createChannel<Response>() {
  const streams = new Set<ServerWritableStream<unknown, Response>>();
  let answer: Response | null = null;
  let refused = 0;
  return {
    refused: () => refused,
    open(stream: ServerWritableStream<unknown, Response>): void {
      if (!headerIsThere(stream.metadata)) return void stream.emit('error', refusal(status.INVALID_ARGUMENT));
      if (answer === null) {
        refused += 1;
        stream.emit('error', refusal(status.PERMISSION_DENIED));
        return;
      }
      streams.add(stream);
      stream.on('close', () => streams.delete(stream));
      stream.write(answer);
    },
    send(response: Response | null): void {
      answer = response;
      if (response !== null) for (const stream of streams) stream.write(response);
    },
    prepare(response: Response): void {
      answer = response;
    },
    end(code: status): void {
      for (const stream of streams) stream.emit('error', refusal(code));
      streams.clear();
    },
  };
}

export async function startTestWorkloadApi(): Promise<TestWorkloadApi> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-agent-'));
  const socket = `unix://${join(directory, 'agent.sock')}`;
  const x509 = createChannel<X509SVIDResponse>();
  const x509Bundles = createChannel<X509BundlesResponse>();
  const jwtBundles = createChannel<JWTBundlesResponse>();
  const asked: JWTSVIDRequest[] = [];
  let jwtSvid: JWTSVIDResponse | null = null;

  const implementation: SpiffeWorkloadAPIServer = {
    fetchX509Svid: x509.open,
    fetchX509Bundles: x509Bundles.open,
    fetchJwtBundles: jwtBundles.open,
    fetchJwtsvid({ request, metadata }, callback) {
      asked.push(request);
      if (!headerIsThere(metadata)) callback(refusal(status.INVALID_ARGUMENT));
      else if (jwtSvid === null) callback(refusal(status.PERMISSION_DENIED));
      else callback(null, jwtSvid);
    },
    validateJwtsvid: (_call, callback) => callback(refusal(status.UNIMPLEMENTED)),
  };
  const server = new Server();
  server.addService(SpiffeWorkloadAPIService, implementation);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(socket, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });

  return {
    socket,
    asked,
    streamsRefused: x509.refused,
    send: x509.send,
    prepare: x509.prepare,
    sendX509Bundles: x509Bundles.send,
    sendJwtBundles: jwtBundles.send,
    giveJwtSvid(response) {
      jwtSvid = response;
    },
    deny() {
      x509.send(null);
      x509.end(status.PERMISSION_DENIED);
    },
    interrupt() {
      for (const channel of [x509, x509Bundles, jwtBundles]) channel.end(status.UNAVAILABLE);
    },
    async close() {
      server.forceShutdown();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
