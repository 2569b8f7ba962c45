import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';
import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { startTimer } from './long-timer.ts';
import type { PeerAuthorizer } from './peer-authorizer.ts';
import { peerChainOf } from './peer-chain.ts';
import { isVouchedFor, type PeerIdentity, verifyPeer } from './peer-verification.ts';
import { tlsSettingsOf } from './tls-settings.ts';

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;
type Socket = Parameters<SecureConnector['connect']>[0];

export interface MtlsChannelTimes {
  readonly handshakeTimeoutMs?: number;
  /** gRPC can't drain a connection from this end: the server, which learns of the change too, has this long to do it. */
  readonly distrustGraceMs?: number;
}

/**
 * Mutual TLS at the client's end. Every new connection uses the identity in force and proves that the server is one
 * that `authorizePeer` accepts; host names play no part. A connection ends with the server's SVID at the latest, a
 * grace time after the server's authority left the bundle, and at once when the own identity is withdrawn.
 */
export function createMtlsChannelCredentials(
  source: X509Source,
  authorizePeer: PeerAuthorizer,
  times: MtlsChannelTimes = {},
): ChannelCredentials {
  return new MtlsChannelCredentials(source, authorizePeer, times);
}

class MtlsChannelCredentials extends ChannelCredentials {
  readonly #source: X509Source;
  readonly #authorizePeer: PeerAuthorizer;
  readonly #handshakeTimeoutMs: number;
  readonly #distrustGraceMs: number;
  /** Building a TLS context takes milliseconds: one per snapshot, not one per connection. */
  #context: { readonly snapshot: IdentitySnapshot; readonly secureContext: SecureContext } | null = null;

  constructor(source: X509Source, authorizePeer: PeerAuthorizer, times: MtlsChannelTimes) {
    super();
    this.#source = source;
    this.#authorizePeer = authorizePeer;
    this.#handshakeTimeoutMs = times.handshakeTimeoutMs ?? 5_000;
    this.#distrustGraceMs = times.distrustGraceMs ?? 10_000;
  }

  _isSecure(): boolean {
    return true;
  }

  /** Channels of different credentials are never shared: each has its own expected peers. */
  _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  _createSecureConnector(_target: unknown, _options: unknown, callCredentials?: CallCredentials): SecureConnector {
    return {
      connect: (socket) => this.#connect(socket),
      waitForReady: async () => {},
      getCallCredentials: () => callCredentials ?? CallCredentials.createEmpty(),
      destroy: () => {},
    };
  }

  async #connect(socket: Socket): Promise<{ socket: Socket; secure: boolean }> {
    const secureContext = this.#contextInForce();
    const tlsSocket = connect({
      socket,
      secureContext,
      ALPNProtocols: ['h2'],
      // The whole check of the server is below, by SPIFFE ID; it runs before a byte of a call is sent.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    try {
      await secured(tlsSocket, this.#handshakeTimeoutMs);
      const now = new Date();
      // The bundles in force now: they may have changed during the handshake.
      const peer = verifyPeer(peerChainOf(tlsSocket), this.#source.current().bundles, now);
      if (!tlsSocket.authorized)
        throw new ZeroTrustError('peer_certificate_untrusted', `TLS says ${String(tlsSocket.authorizationError)}`);
      if (tlsSocket.alpnProtocol !== 'h2')
        throw new ZeroTrustError('handshake_failed', 'the server does not speak HTTP/2');
      this.#authorizePeer(peer);
      this.#endInTime(tlsSocket, peer, now);
    } catch (error) {
      tlsSocket.destroy();
      throw error;
    }
    return { socket: tlsSocket, secure: true };
  }

  #endInTime(socket: Socket, peer: PeerIdentity, now: Date): void {
    const end = (): void => void socket.destroy();
    let stopDistrust: (() => void) | null = null;
    const stopLife = startTimer(peer.notAfter.getTime() - now.getTime(), end);
    const stopFollowing = this.#source.onChange(() => {
      const bundles = bundlesOrNull(this.#source);
      if (bundles === null) end();
      else if (!isVouchedFor(peer, bundles)) stopDistrust ??= startTimer(this.#distrustGraceMs, end);
    });
    socket.once('close', () => {
      stopLife();
      stopDistrust?.();
      stopFollowing();
    });
  }

  #contextInForce(): SecureContext {
    const snapshot = this.#source.current();
    if (this.#context?.snapshot !== snapshot) {
      this.#context = { snapshot, secureContext: createSecureContext(tlsSettingsOf(snapshot)) };
    }
    return this.#context.secureContext;
  }
}

function bundlesOrNull(source: X509Source): IdentitySnapshot['bundles'] | null {
  try {
    return source.current().bundles;
  } catch {
    return null;
  }
}

/** Settles after the handshake, and within the timeout: Node itself would wait for ever. */
function secured(socket: Socket & NodeJS.EventEmitter, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopTimer = startTimer(timeoutMs, () => {
      reject(new ZeroTrustError('handshake_failed', 'the server did not finish the TLS handshake in time'));
    });
    const settle = (how: () => void) => () => {
      stopTimer();
      how();
    };
    socket.once('secureConnect', settle(resolve));
    // Comes as well where the server hangs up in the middle. The listener stays for the life of the socket: an error
    // without one would end the process.
    socket.on('error', (error: Error) => settle(() => reject(error))());
  });
}
