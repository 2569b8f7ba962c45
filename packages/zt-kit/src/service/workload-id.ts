import type { SpiffeId } from '../identity/spiffe-id.ts';

/** The SPIFFE ID of another workload of the same system: the own one with another last segment. */
export function workloadId(own: SpiffeId, name: string): string {
  return `${own.uri.slice(0, own.uri.lastIndexOf('/'))}/${name}`;
}
