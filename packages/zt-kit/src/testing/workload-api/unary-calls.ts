import type { ServiceError } from '@grpc/grpc-js';
import type { JWTSVIDResponse, SpiffeWorkloadAPIClient, ValidateJWTSVIDResponse } from '@zt/proto/workload-api';
import { workloadMetadata } from '../../workload-api/workload-api-client.ts';

/** What the server answers, word by word; rejects with the `ServiceError`. */
export function fetchJwtSvids(
  client: SpiffeWorkloadAPIClient,
  audience: string[] = ['vault'],
  spiffeId = '',
): Promise<JWTSVIDResponse> {
  return called((done) => client.fetchJwtsvid({ audience, spiffeId }, workloadMetadata(), done));
}

export function validateJwtSvid(
  client: SpiffeWorkloadAPIClient,
  audience: string,
  svid: string,
): Promise<ValidateJWTSVIDResponse> {
  return called((done) => client.validateJwtsvid({ audience, svid }, workloadMetadata(), done));
}

function called<Response>(
  call: (done: (error: ServiceError | null, response: Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) =>
    call((error, response) => (error === null ? resolve(response) : reject(error))),
  );
}
