import { request } from 'node:https';
import { answerLimits } from '../limits.ts';

export interface JsonRequest {
  /** PEM of the authorities that may vouch for the server, by DNS name; undefined for those that the system trusts. */
  readonly authorities: readonly string[] | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form, with POST. May hold a secret: it is in no error. */
  readonly form?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Any status but 200. */
export class JsonStatusError extends Error {
  override readonly name = 'JsonStatusError';
  readonly status: number;

  constructor(url: string, status: number) {
    super(`${url} answers with ${status}`);
    this.status = status;
  }
}

/** Asks a server over TLS 1.3, follows no redirect, and takes an answer only up to the limit. */
export function requestJson(url: string, options: JsonRequest): Promise<unknown> {
  const { authorities, headers, form, timeoutMs = 5_000 } = options;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const call = request(
      url,
      {
        ...(authorities === undefined ? {} : { ca: [...authorities] }),
        minVersion: 'TLSv1.3',
        agent: false,
        signal,
        headers: {
          accept: 'application/json',
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          ...headers,
        },
        method: form === undefined ? 'GET' : 'POST',
      },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > answerLimits.jsonBytes)
            response.destroy(new Error(`${url} sends more than ${answerLimits.jsonBytes} bytes`));
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode !== 200) return reject(new JsonStatusError(url, response.statusCode ?? 0));
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          } catch (cause) {
            reject(new Error(`${url} does not answer with JSON`, { cause }));
          }
        });
      },
    );
    call.on('error', reject);
    call.end(form === undefined ? undefined : new URLSearchParams(form).toString());
  });
}
