import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';
import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { startTimer } from './long-timer.ts';
import type { PeerAuthorizer } from './peer-authorizer.ts';
import { peerChainOf } from './peer-chain.ts';
import { verifyPeer } from './peer-verification.ts';
import { tlsSettingsOf } from './tls-settings.ts';

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;
type Socket = Parameters<SecureConnector['connect']>[0];

const handshakeTimeoutMs = 5_000;

/**
 * Mutual TLS at the client's end. Every new connection uses the identity in force and proves that the server is one
 * that `authorizePeer` accepts; host names play no part. A connection ends no later than the server's SVID.
 */
export function createMtlsChannelCredentials(source: X509Source, authorizePeer: PeerAuthorizer): ChannelCredentials {
  return new MtlsChannelCredentials(source, authorizePeer);
}

class MtlsChannelCredentials extends ChannelCredentials {
  readonly #source: X509Source;
  readonly #authorizePeer: PeerAuthorizer;
  /** Building a TLS context takes milliseconds: one per snapshot, not one per connection. */
  #context: { readonly snapshot: IdentitySnapshot; readonly secureContext: SecureContext } | null = null;

  constructor(source: X509Source, authorizePeer: PeerAuthorizer) {
    super();
    this.#source = source;
    this.#authorizePeer = authorizePeer;
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
      waitForReady: async () => {
        this.#source.current();
      },
      getCallCredentials: () => callCredentials ?? CallCredentials.createEmpty(),
      destroy: () => {},
    };
  }

  async #connect(socket: Socket): Promise<{ socket: Socket; secure: boolean }> {
    const { snapshot, secureContext } = this.#contextInForce();
    const tlsSocket = connect({
      socket,
      secureContext,
      ALPNProtocols: ['h2'],
      // The whole check of the server is below, by SPIFFE ID; it runs before a byte of a call is sent.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    try {
      await secured(tlsSocket);
      const now = new Date();
      const peer = verifyPeer(peerChainOf(tlsSocket), snapshot.bundles, now);
      if (!tlsSocket.authorized)
        throw new ZeroTrustError('peer_certificate_untrusted', `TLS says ${String(tlsSocket.authorizationError)}`);
      if (tlsSocket.alpnProtocol !== 'h2')
        throw new ZeroTrustError('handshake_failed', 'the server does not speak HTTP/2');
      this.#authorizePeer(peer);
      const stopTimer = startTimer(peer.notAfter.getTime() - now.getTime(), () => tlsSocket.destroy());
      tlsSocket.once('close', stopTimer);
    } catch (error) {
      tlsSocket.destroy();
      throw error;
    }
    return { socket: tlsSocket, secure: true };
  }

  #contextInForce(): { readonly snapshot: IdentitySnapshot; readonly secureContext: SecureContext } {
    const snapshot = this.#source.current();
    if (this.#context?.snapshot !== snapshot) {
      this.#context = { snapshot, secureContext: createSecureContext(tlsSettingsOf(snapshot)) };
    }
    return this.#context;
  }
}

/** Settles after the handshake, and within the timeout: Node itself would wait for ever. */
function secured(socket: Socket & NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopTimer = startTimer(handshakeTimeoutMs, () => {
      reject(new ZeroTrustError('handshake_failed', 'the server did not finish the TLS handshake in time'));
    });
    const settle = (how: () => void) => () => {
      stopTimer();
      how();
    };
    socket.once('secureConnect', settle(resolve));
    // Stays for the life of the socket: an error without a listener would end the process.
    socket.on('error', (error: Error) => settle(() => reject(error))());
    socket.once(
      'close',
      settle(() => reject(new Error('the connection ended during the TLS handshake'))),
    );
  });
}
