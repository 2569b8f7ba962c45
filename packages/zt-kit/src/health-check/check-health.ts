import { Metadata } from '@grpc/grpc-js';
import { type HealthCheckResponse, HealthCheckResponse_ServingStatus, HealthClient } from '@zt/proto/health';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { channelOptions } from '../service/channel-options.ts';
import type { Address } from '../service/environment.ts';
import { ownAddress } from '../service/own-address.ts';
import { createWorkloadX509Source } from '../workload-api/workload-x509-source.ts';

export interface HealthCheckOptions {
  /** Of the Workload API, `unix:///…`. */
  readonly socket: string;
  /** Where the service listens, as it was told itself. */
  readonly listen: Address;
  /** For all of it. */
  readonly timeoutMs?: number;
}

/**
 * Asks the service at its own door, with its own identity and over mutual TLS, as anybody else would have to. Gives a
 * line that says who serves where; throws an error that says why it does not.
 */
export async function checkHealth({ socket, listen, timeoutMs = 2_500 }: HealthCheckOptions): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  const { host, port } = await ownAddress(listen);
  const source = await createWorkloadX509Source({ socket, log() {}, startTimeoutMs: Math.ceil(timeoutMs / 2) });
  const { uri } = source.current().svid.spiffeId;
  const credentials = createMtlsChannelCredentials(source, authorizeSpiffeIds(uri));
  const client = new HealthClient(`${host.includes(':') ? `[${host}]` : host}:${port}`, credentials, {
    ...channelOptions,
    // It is asked again in a few seconds anyway.
    'grpc.enable_retries': 0,
  });
  try {
    const { status } = await new Promise<HealthCheckResponse>((resolve, reject) => {
      client.check({ service: '' }, new Metadata(), { deadline }, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
    if (status !== HealthCheckResponse_ServingStatus.SERVING) throw new Error(`${uri} says that it does not`);
    return `serving: ${uri} on ${host}:${port}`;
  } finally {
    client.close();
    source.close();
  }
}
