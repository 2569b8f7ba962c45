import type { TLSSocket } from 'node:tls';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type HealthCheckResponse_ServingStatus, HealthService } from '@zt/proto/health';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { createMtlsListener } from '../mtls/mtls-listener.ts';
import { authorizeTrustDomainMembers } from '../mtls/peer-authorizer.ts';
import type { TestCertificateAuthority } from './certificate-authority.ts';
import { createFixedX509Source } from './fixed-source.ts';

export interface HealthServer {
  readonly port: number;
  /** How often it was asked. */
  calls(): number;
  /** Ends all connections as the death of a process does, and takes no more. */
  die(): Promise<void>;
}

export interface HealthServerOptions {
  readonly authority: TestCertificateAuthority;
  readonly spiffeId: string;
  /** What it says to every workload, after a while or never. */
  readonly answer: () => Promise<HealthCheckResponse_ServingStatus>;
  readonly host?: string;
  readonly port?: number;
}

/** A workload that answers for its health over mutual TLS, without policy or records. */
export async function serveHealth(options: HealthServerOptions): Promise<HealthServer> {
  const { authority, spiffeId, answer, host = '127.0.0.1', port = 0 } = options;
  const sockets = new Set<TLSSocket>();
  let calls = 0;
  const server = new Server();
  server.addService(HealthService, {
    check(_call: unknown, callback: (error: null, response: object) => void) {
      calls += 1;
      void answer().then((status) => callback(null, { status }));
    },
    watch() {},
  });
  const svid = await authority.issueSvid({ spiffeId });
  const listener = await createMtlsListener({
    source: createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle])),
    authorizePeer: authorizeTrustDomainMembers('zt.example'),
    host,
    port,
    speak(socket) {
      sockets.add(socket);
      const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
      injector.injectConnection(socket);
      return {
        drain: (graceMs) => injector.drain(graceMs),
        ended() {
          sockets.delete(socket);
          injector.destroy();
        },
      };
    },
    onRefused() {},
  });
  return {
    port: listener.port,
    calls: () => calls,
    async die() {
      for (const socket of sockets) socket.destroy();
      await listener.close(0);
    },
  };
}
