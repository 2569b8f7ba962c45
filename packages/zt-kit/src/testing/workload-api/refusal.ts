import { Metadata, status } from '@grpc/grpc-js';

/** Thrown where the API gives no answer; the caller gets the code and the sentence. */
export class Refusal extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** In SPIRE's words. */
export const noIdentityIssued = (): Refusal => new Refusal(status.PERMISSION_DENIED, 'no identity issued');

/** Throws unless the request has the header that no browser can be tricked into sending (SPIFFE Workload Endpoint, section 6). */
export function checkHeader(metadata: Metadata): void {
  const values = metadata.get('workload.spiffe.io');
  if (values.length === 1 && values[0] === 'true') return;
  throw new Refusal(status.INVALID_ARGUMENT, 'security header missing from request');
}

/** As gRPC sends it. What is no refusal is a mistake of ours. */
export function statusOf(error: unknown): { code: status; details: string; metadata: Metadata } {
  const code = error instanceof Refusal ? error.code : status.INTERNAL;
  return { code, details: error instanceof Error ? error.message : 'unknown error', metadata: new Metadata() };
}
