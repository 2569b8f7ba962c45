import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import {
  type SpiffeWorkloadAPIServer,
  SpiffeWorkloadAPIService,
  type X509SVIDRequest,
  type X509SVIDResponse,
} from '@zt/proto/workload-api';

/** The X.509 stream of a SPIFFE agent, said line by line by a test. */
export interface TestWorkloadApi {
  /** `unix:///…` */
  readonly socket: string;
  /** Gives this to everyone who is listening, and to everyone who comes. */
  send(response: X509SVIDResponse): void;
  /** Ends all streams with PERMISSION_DENIED, and refuses everyone who comes until `send`. */
  deny(): void;
  /** Ends all streams as a dying agent does; who comes gets the last message. */
  interrupt(): void;
  close(): Promise<void>;
}

type Stream = ServerWritableStream<X509SVIDRequest, X509SVIDResponse>;

export async function startTestWorkloadApi(): Promise<TestWorkloadApi> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-agent-'));
  const socket = `unix://${join(directory, 'agent.sock')}`;
  const streams = new Set<Stream>();
  let answer: X509SVIDResponse | 'denied' = 'denied';

  const refuse = (stream: Stream, code: status): void =>
    void stream.emit('error', { code, details: 'refused by the test' });
  const unimplemented = (): never => {
    throw new Error('this test agent only streams X.509-SVIDs');
  };
  const implementation: SpiffeWorkloadAPIServer = {
    fetchX509Svid(stream) {
      if (stream.metadata.get('workload.spiffe.io')[0] !== 'true') return refuse(stream, status.INVALID_ARGUMENT);
      if (answer === 'denied') return refuse(stream, status.PERMISSION_DENIED);
      streams.add(stream);
      stream.on('close', () => streams.delete(stream));
      stream.write(answer);
    },
    fetchX509Bundles: unimplemented,
    fetchJwtsvid: unimplemented,
    fetchJwtBundles: unimplemented,
    validateJwtsvid: unimplemented,
  };
  const server = new Server();
  server.addService(SpiffeWorkloadAPIService, implementation);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(socket, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });

  function endAll(code: status): void {
    for (const stream of streams) refuse(stream, code);
    streams.clear();
  }

  return {
    socket,
    send(response) {
      answer = response;
      for (const stream of streams) stream.write(response);
    },
    deny() {
      answer = 'denied';
      endAll(status.PERMISSION_DENIED);
    },
    interrupt: () => endAll(status.UNAVAILABLE),
    async close() {
      server.forceShutdown();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
