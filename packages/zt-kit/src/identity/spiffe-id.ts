/** The name of a workload, as the SPIFFE-ID standard writes it (sections 2 and 2.3). */
export interface SpiffeId {
  /** The whole, such as `spiffe://zt.example/ns/shop/sa/order`. Two ids are equal when this is. */
  readonly uri: string;
  readonly trustDomain: string;
  /** Starts with a slash; empty for a trust domain's own id. */
  readonly path: string;
}

const longestUri = 2048;
const trustDomainPattern = /^[a-z0-9._-]{1,255}$/;
const segmentPattern = /^[a-zA-Z0-9._-]+$/;

/**
 * Reads a SPIFFE ID, or throws a `TypeError` that says what is wrong with it. Nothing is normalised: percent
 * encoding, upper-case trust domains, ports, queries, and empty or dotted segments are refused.
 */
export function parseSpiffeId(text: string): SpiffeId {
  if (text.length > longestUri) throw new TypeError(`SPIFFE ID is longer than ${longestUri} bytes`);
  if (!text.startsWith('spiffe://')) throw new TypeError('SPIFFE ID does not start with spiffe://');
  const rest = text.slice('spiffe://'.length);
  const slash = rest.indexOf('/');
  const trustDomain = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? '' : rest.slice(slash);
  if (!trustDomainPattern.test(trustDomain)) throw new TypeError('SPIFFE ID has no valid trust domain');
  if (path !== '') {
    for (const segment of path.slice(1).split('/')) {
      if (!segmentPattern.test(segment) || segment === '.' || segment === '..') {
        throw new TypeError('SPIFFE ID has an empty, dotted or wrongly written path segment');
      }
    }
  }
  return Object.freeze({ uri: text, trustDomain, path });
}
