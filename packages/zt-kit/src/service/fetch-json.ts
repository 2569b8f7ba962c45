import { request } from 'node:https';
import type { X509Source } from '../identity/x509-source.ts';

const longestBody = 256 * 1024;

/** Fetches JSON from a server whose certificate the own trust domain vouches for, by DNS name. */
export function fetchJson(source: X509Source, url: string, timeoutMs = 5_000): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { svid, bundles } = source.current();
    // Not the federated ones: their authorities could make a certificate for any DNS name.
    const own = bundles.get(svid.spiffeId.trustDomain)?.x509Authorities ?? [];
    const ca = own.map((authority) => authority.toString());
    const signal = AbortSignal.timeout(timeoutMs);
    const call = request(url, { ca, minVersion: 'TLSv1.3', agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > longestBody) response.destroy(new Error(`${url} sends more than ${longestBody} bytes`));
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${url} answers with ${response.statusCode}`));
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        } catch (cause) {
          reject(new Error(`${url} does not answer with JSON`, { cause }));
        }
      });
    });
    call.on('error', reject);
    call.end();
  });
}
