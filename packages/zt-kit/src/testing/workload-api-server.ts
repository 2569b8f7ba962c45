import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import type {
  JWTBundlesResponse,
  JWTSVIDRequest,
  JWTSVIDResponse,
  X509BundlesResponse,
  X509SVIDResponse,
} from '@zt/proto/workload-api';
import { Refusal } from './workload-api/refusal.ts';
import { createWorkloadApiTransport } from './workload-api/workload-api-transport.ts';

/** A SPIFFE agent, said line by line by a test: good messages, bad ones, and at the moment that the test wants. */
export interface TestWorkloadApi {
  /** `unix:///…` */
  readonly socket: string;
  /** What was last asked of it for a JWT-SVID. */
  readonly asked: readonly JWTSVIDRequest[];
  /** How often somebody was told that there is no X.509-SVID. */
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

export async function startTestWorkloadApi(): Promise<TestWorkloadApi> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-agent-'));
  const asked: JWTSVIDRequest[] = [];
  let streamsRefused = 0;
  let x509: X509SVIDResponse | null = null;
  let x509Bundles: X509BundlesResponse | null = null;
  let jwtBundles: JWTBundlesResponse | null = null;
  let jwtSvid: JWTSVIDResponse | null = null;

  const transport = createWorkloadApiTransport({
    path: join(directory, 'agent.sock'),
    answers: {
      fetchX509Svid: () => said(x509),
      fetchX509Bundles: () => said(x509Bundles),
      fetchJwtBundles: () => said(jwtBundles),
      async fetchJwtSvid(request) {
        asked.push(request);
        return said(jwtSvid);
      },
      validateJwtSvid: () => Promise.reject(new Refusal(status.UNIMPLEMENTED, 'refused by the test')),
    },
    onRefused(method) {
      if (method === 'FetchX509SVID') streamsRefused += 1;
    },
  });
  await transport.listen();

  return {
    socket: transport.socket,
    asked,
    streamsRefused: () => streamsRefused,
    send(response) {
      x509 = response;
      transport.tell('fetchX509Svid');
    },
    prepare(response) {
      x509 = response;
    },
    sendX509Bundles(response) {
      x509Bundles = response;
      transport.tell('fetchX509Bundles');
    },
    sendJwtBundles(response) {
      jwtBundles = response;
      transport.tell('fetchJwtBundles');
    },
    giveJwtSvid(response) {
      jwtSvid = response;
    },
    deny() {
      x509 = null;
      transport.tell('fetchX509Svid');
    },
    interrupt() {
      transport.end(new Refusal(status.UNAVAILABLE, 'refused by the test'));
    },
    async close() {
      await transport.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function said<Response>(response: Response | null): Response {
  if (response === null) throw new Refusal(status.PERMISSION_DENIED, 'refused by the test');
  return response;
}
