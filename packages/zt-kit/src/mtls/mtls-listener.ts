import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { type Reason, ZeroTrustError } from '../errors.ts';
import { type IdentitySnapshot, ownAuthorities } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { spiffeIdOfLeaf } from '../identity/x509-svid.ts';
import { handshakeLimits, peerLimits } from '../limits.ts';
import { startTimer } from './long-timer.ts';
import type { PeerAuthorizer } from './peer-authorizer.ts';
import { peerChainOf } from './peer-chain.ts';
import { isVouchedFor, type PeerIdentity, verifyPeer } from './peer-verification.ts';
import { tlsSettingsOf } from './tls-settings.ts';
import { createWaitingConnections } from './waiting-connections.ts';

/** What is known of a peer that was turned away before any call. */
export interface HandshakeRefusal {
  readonly reason: Reason;
  readonly detail: string;
  /** `host:port` of the peer; empty where it was gone already. */
  readonly remote: string;
  /** From when it connected until it was turned away; null where it was gone already. */
  readonly durationMs: number | null;
  /** What its certificate claims, verified or not. */
  readonly claimed: { readonly spiffeId: string; readonly serialNumber: string; readonly notAfter: Date } | null;
}

/** What there is to record of a peer that was verified. */
export function claimOfPeer({ spiffeId, serialNumber, notAfter }: PeerIdentity): HandshakeRefusal['claimed'] {
  return { spiffeId: spiffeId.uri, serialNumber, notAfter };
}

/** What speaks on an accepted connection. */
export interface ConnectionSpeaker {
  /** Lets calls under way finish within the grace time, and takes no new ones. */
  drain(graceMs: number): void;
  /** Called once, after the connection has ended. */
  ended(): void;
}

export interface MtlsListenerOptions {
  readonly source: X509Source;
  readonly authorizePeer: PeerAuthorizer;
  readonly host: string;
  readonly port: number;
  /** Takes over a connection whose peer was verified and authorised. */
  speak(socket: TLSSocket, peer: PeerIdentity, remote: string): ConnectionSpeaker;
  onRefused(refusal: HandshakeRefusal): void;
  readonly limits?: Partial<ListenerLimits>;
}

type ListenerLimits = typeof handshakeLimits & Pick<typeof peerLimits, 'connectionsOfPeer'>;

/** Mutual TLS at the server's end: handshakes, and the life of each connection after its handshake. */
export interface MtlsListener {
  readonly host: string;
  readonly port: number;
  /** The verified peer of a live connection, by `host:port`; undefined once it is gone, which means deny. */
  peerOf(remote: string): PeerIdentity | undefined;
  /** Cuts every connection of a workload, at once, and gives their number. */
  disconnect(spiffeId: string): number;
  /** Accepts nothing more and lets what is under way finish. */
  close(graceMs: number): Promise<void>;
}

interface Connection {
  readonly peer: PeerIdentity;
  readonly socket: TLSSocket;
  readonly speaker: ConnectionSpeaker;
}

const drainGraceMs = 5_000;
/** A connection is drained after this part of the shorter of both SVIDs' remaining lives, and cut at that life's end. */
const usedLife = 0.8;

/**
 * Listens with the source's identity; every handshake uses the snapshot in force. A connection never outlives
 * either end's SVID, is drained as soon as an authority that may have vouched for either leaves the bundle, and is cut
 * when the identity is withdrawn.
 */
export async function createMtlsListener(options: MtlsListenerOptions): Promise<MtlsListener> {
  const { source, authorizePeer, onRefused } = options;
  const limits: ListenerLimits = { ...handshakeLimits, ...peerLimits, ...options.limits };
  const connections = new Map<string, Connection>();
  let served = source.current();
  const server = createServer({
    ...tlsSettingsOf(served),
    requestCert: true,
    // Refused below instead of by Node, which would not tell who was refused, or why.
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
    handshakeTimeout: limits.handshakeMs,
  });
  server.maxConnections = limits.connections;
  const underWay = createWaitingConnections(limits.handshakesUnderWay);
  /** Those in their handshake too, which nobody else knows of. */
  const sockets = new Set<Socket>();
  /** When each of them connected, by `host:port`. */
  const arrivals = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const remote = remoteOf(socket);
    sockets.add(socket);
    arrivals.set(remote, performance.now());
    underWay.begin(remote, socket);
    socket.once('close', () => {
      underWay.end(remote);
      sockets.delete(socket);
      arrivals.delete(remote);
    });
  });

  function durationOf(remote: string): number | null {
    const arrivedAtMs = arrivals.get(remote);
    return arrivedAtMs === undefined ? null : performance.now() - arrivedAtMs;
  }

  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const remote = remoteOf(socket);
    underWay.end(remote);
    try {
      accept(socket, remote);
    } catch (error) {
      const claimed = claimOf(socket);
      const durationMs = durationOf(remote);
      socket.destroy();
      const refused =
        error instanceof ZeroTrustError
          ? error
          : new ZeroTrustError('handshake_failed', 'unreadable peer', { cause: error });
      onRefused({ reason: refused.reason, detail: refused.message, remote, durationMs, claimed });
    }
  });
  server.on('tlsClientError', (error, socket) => {
    // Asked first: a socket that is gone has no address.
    const remote = remoteOf(socket);
    const durationMs = durationOf(remote);
    socket.destroy();
    onRefused({ reason: 'handshake_failed', detail: codeOf(error), remote, durationMs, claimed: null });
  });

  const connectionsOf = (spiffeId: string): readonly Connection[] =>
    [...connections.values()].filter(({ peer }) => peer.spiffeId.uri === spiffeId);

  function accept(socket: TLSSocket, remote: string): void {
    const snapshot = source.current();
    const now = new Date();
    const peer = verifyPeer(peerChainOf(socket), snapshot.bundles, now);
    if (!socket.authorized)
      throw new ZeroTrustError('peer_certificate_untrusted', `TLS says ${codeOf(socket.authorizationError)}`);
    if (socket.alpnProtocol !== 'h2') throw new ZeroTrustError('handshake_failed', 'the peer does not speak HTTP/2');
    authorizePeer(peer);
    if (connectionsOf(peer.spiffeId.uri).length >= limits.connectionsOfPeer)
      throw new ZeroTrustError(
        'peer_limit_exceeded',
        `the workload has ${limits.connectionsOfPeer} connections already`,
      );
    const speaker = options.speak(socket, peer, remote);
    const connection = { peer, socket, speaker };
    connections.set(remote, connection);
    const lifeMs = Math.min(peer.notAfter.getTime(), snapshot.svid.notAfter.getTime()) - now.getTime();
    const stopDrainTimer = startTimer(usedLife * lifeMs, () => speaker.drain(drainGraceMs));
    const stopEndTimer = startTimer(lifeMs, () => socket.destroy());
    socket.once('close', () => {
      stopDrainTimer();
      stopEndTimer();
      if (connections.get(remote) === connection) connections.delete(remote);
      speaker.ended();
    });
  }

  const stopFollowing = source.onChange(() => {
    const snapshot = currentOrNull(source);
    if (snapshot === null) {
      for (const { socket } of connections.values()) socket.destroy();
      return;
    }
    server.setSecureContext(tlsSettingsOf(snapshot));
    // The own certificate on a live connection may be of an authority that peers have just stopped trusting.
    const hasNarrowed = fingerprintsOf(served).some((authority) => !fingerprintsOf(snapshot).includes(authority));
    served = snapshot;
    for (const { peer, speaker } of connections.values()) {
      if (hasNarrowed || !isVouchedFor(peer, snapshot.bundles)) speaker.drain(drainGraceMs);
    }
  });

  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    stopFollowing();
    throw error;
  }
  return {
    host: options.host,
    port: (server.address() as AddressInfo).port,
    peerOf: (remote) => connections.get(remote)?.peer,
    disconnect(spiffeId) {
      const cut = connectionsOf(spiffeId);
      for (const { socket } of cut) socket.destroy();
      return cut.length;
    },
    async close(graceMs) {
      stopFollowing();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const { speaker } of connections.values()) speaker.drain(graceMs);
      const stopTimer = startTimer(graceMs, () => {
        for (const socket of sockets) socket.destroy();
      });
      await closed;
      stopTimer();
    },
  };
}

function currentOrNull(source: X509Source) {
  try {
    return source.current();
  } catch {
    return null;
  }
}

function fingerprintsOf(snapshot: IdentitySnapshot): readonly string[] {
  return ownAuthorities(snapshot).map(({ fingerprint256 }) => fingerprint256);
}

function remoteOf(socket: Socket): string {
  return socket.remoteAddress === undefined ? '' : `${socket.remoteAddress}:${socket.remotePort}`;
}

function claimOf(socket: TLSSocket): HandshakeRefusal['claimed'] {
  try {
    const leaf = peerChainOf(socket)[0];
    if (leaf === undefined) return null;
    return { spiffeId: spiffeIdOfLeaf(leaf).uri, serialNumber: leaf.serialNumber, notAfter: leaf.validToDate };
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return String(error);
}
