import type { RequestListener } from 'node:http';
import { createServer, request, type Server } from 'node:https';
import type { X509Source } from '../identity/x509-source.ts';
import { tlsSettingsOf } from '../mtls/tls-settings.ts';

/**
 * An HTTPS server for clients without an SVID, such as browsers: it shows the service's SVID, which carries a DNS name
 * for them, and follows its rotation. It asks for no client certificate.
 */
export function createHttpsServer(source: X509Source, listener: RequestListener): Server {
  const settings = () => {
    const { ca: _authorities, ...own } = tlsSettingsOf(source.current());
    return own;
  };
  const server = createServer(
    { ...settings(), requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 },
    listener,
  );
  const stop = source.onChange(() => {
    try {
      server.setSecureContext(settings());
    } catch {
      // Withdrawn: clients refuse the old certificate as soon as it ends.
    }
  });
  server.once('close', stop);
  return server;
}

const longestBody = 256 * 1024;

/** Fetches JSON from a server whose certificate the own trust domain vouches for, by DNS name. */
export function fetchJson(source: X509Source, url: string, timeoutMs = 5_000): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { ca } = tlsSettingsOf(source.current());
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
