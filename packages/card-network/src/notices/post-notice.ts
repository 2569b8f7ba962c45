import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';

const timeoutMs = 5_000;

/**
 * Posts a notice to a merchant whose certificate these authorities vouch for, by its DNS name. They are read each time:
 * the merchant's authority may change while a notice waits. Rejects where the merchant does not answer with 202.
 */
export async function postNotice(url: string, caFile: string, notice: string): Promise<void> {
  const ca = await readFile(caFile, 'utf8');
  const dispatcher = new Agent({ connect: { ca, timeout: timeoutMs } });
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/jwt', 'user-agent': 'card-network' },
      body: notice,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    if (statusCode !== 202) throw new Error(`the merchant answered with ${statusCode}`);
  } finally {
    await dispatcher.destroy();
  }
}
