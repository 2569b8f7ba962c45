import { status } from '@grpc/grpc-js';
import type {
  JWTSVIDRequest,
  JWTSVIDResponse,
  ValidateJWTSVIDRequest,
  ValidateJWTSVIDResponse,
} from '@zt/proto/workload-api';
import { parseSpiffeId } from '../../identity/spiffe-id.ts';
import type { AuthorityChange, DevelopmentAuthority, DevelopmentIdentity } from './development-authority.ts';
import type { Manner } from './manner.ts';
import { noIdentityIssued, Refusal } from './refusal.ts';
import { verifyJwtSvid } from './verify-jwt-svid.ts';
import { createWorkloadApiTransport } from './workload-api-transport.ts';
import { jwtBundlesResponse, type KnownBundles, x509BundlesResponse, x509SvidResponse } from './workload-messages.ts';
import { createWorkloadSvids } from './workload-svids.ts';

/** The socket of one workload: whoever is at its other end is that workload. */
export interface WorkloadEndpoint {
  readonly socket: string;
  register(identities: readonly DevelopmentIdentity[]): Promise<void>;
  withdraw(): void;
  rotate(): Promise<void>;
  shorten(seconds: number): Promise<void>;
  behave(manner: Manner): void;
  mend(): Promise<void>;
  listen(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkloadEndpointOptions {
  readonly authority: DevelopmentAuthority;
  /** Of the Unix socket. */
  readonly path: string;
  /** Somebody asked who has no identity. */
  readonly onStranger: (method: string) => void;
  /** A renewal at its time went wrong. */
  readonly onFailure: (error: unknown) => void;
}

const longestHintBytes = 1_024;

export function createWorkloadEndpoint({
  authority,
  path,
  onStranger,
  onFailure,
}: WorkloadEndpointOptions): WorkloadEndpoint {
  const svids = createWorkloadSvids(authority, () => transport.tell('fetchX509Svid'), onFailure);
  const bundles = (): KnownBundles => ({ own: authority.bundle(), federated: authority.federated() });

  /** Throws unless there is somebody to be. */
  function identities(): readonly DevelopmentIdentity[] {
    if (svids.identities.length === 0) throw noIdentityIssued();
    return svids.identities;
  }

  async function fetchJwtSvid({ audience, spiffeId }: JWTSVIDRequest): Promise<JWTSVIDResponse> {
    const audiences = audience.filter((name) => name !== '');
    if (audiences.length === 0) throw new Refusal(status.INVALID_ARGUMENT, 'audience must be specified');
    if (spiffeId !== '') checkRequested(spiffeId);
    const asked = identities().filter((identity) => spiffeId === '' || identity.spiffeId === spiffeId);
    if (asked.length === 0) throw noIdentityIssued();
    const issued = asked.map(async ({ spiffeId: subject, hint = '' }) => {
      return { spiffeId: subject, svid: await authority.issueJwtSvid(subject, audiences), hint };
    });
    return { svids: await Promise.all(issued) };
  }

  async function validateJwtSvid({ audience, svid }: ValidateJWTSVIDRequest): Promise<ValidateJWTSVIDResponse> {
    if (audience === '') throw new Refusal(status.INVALID_ARGUMENT, 'audience must be specified');
    if (svid === '') throw new Refusal(status.INVALID_ARGUMENT, 'svid must be specified');
    identities();
    const { own, federated } = bundles();
    const keysOf = (trustDomain: string) =>
      [own, ...federated].find((bundle) => bundle.trustDomain === trustDomain)?.jwtKeys ?? [];
    try {
      const { spiffeId, claims } = await verifyJwtSvid(svid, { audience, keysOf, now: authority.now() });
      return { spiffeId: spiffeId.uri, claims: { ...claims, aud: [claims.aud ?? []].flat() } };
    } catch (error) {
      throw new Refusal(status.INVALID_ARGUMENT, error instanceof Error ? error.message : 'token is not valid');
    }
  }

  const transport = createWorkloadApiTransport({
    path,
    answers: {
      fetchX509Svid() {
        if (svids.current.length === 0) throw noIdentityIssued();
        return x509SvidResponse(svids.current, bundles());
      },
      fetchX509Bundles: () => {
        identities();
        return x509BundlesResponse(bundles());
      },
      fetchJwtBundles: () => {
        identities();
        return jwtBundlesResponse(bundles());
      },
      fetchJwtSvid,
      validateJwtSvid,
    },
    onRefused(method, refusal) {
      if (refusal instanceof Refusal && refusal.code === status.PERMISSION_DENIED) onStranger(method);
    },
  });

  const stopListening = authority.onChange((change: AuthorityChange) => {
    switch (change) {
      case 'x509_bundle':
        transport.tell('fetchX509Svid');
        transport.tell('fetchX509Bundles');
        return;
      case 'jwt_bundle':
        transport.tell('fetchJwtBundles');
        return;
      case 'x509_tainted':
        svids.replaceTainted().catch(onFailure);
        return;
    }
  });

  return {
    socket: transport.socket,
    async register(next) {
      checkHints(next);
      await svids.assign(next);
    },
    withdraw() {
      svids.withdraw();
      transport.tell('fetchX509Bundles');
      transport.tell('fetchJwtBundles');
    },
    rotate: svids.renew,
    shorten: svids.shorten,
    behave: transport.behave,
    async mend() {
      transport.behave({ kind: 'well' });
      if (svids.areShortLived) await svids.renew();
    },
    listen: transport.listen,
    stop: transport.stop,
    async close() {
      stopListening();
      svids.close();
      await transport.stop();
    },
  };
}

function checkRequested(spiffeId: string): void {
  try {
    parseSpiffeId(spiffeId);
  } catch {
    throw new Refusal(status.INVALID_ARGUMENT, 'invalid requested SPIFFE ID');
  }
}

/** SPIFFE Workload API, sections 5.2.1 and 8: a hint is said once, and is short. */
function checkHints(identities: readonly DevelopmentIdentity[]): void {
  const hints = identities.map(({ hint = '' }) => hint).filter((hint) => hint !== '');
  if (new Set(hints).size !== hints.length) throw new TypeError('two identities of a workload have the same hint');
  const tooLong = hints.some((hint) => Buffer.byteLength(hint) > longestHintBytes);
  if (tooLong) throw new TypeError(`a hint has no more than ${longestHintBytes} bytes`);
}
