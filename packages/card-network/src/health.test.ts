import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startTestCardNetwork } from './testing/index.ts';

test('a card network is healthy while both of its doors answer, and not once they are closed', async () => {
  const network = await startTestCardNetwork();
  try {
    const env = {
      PORT: new URL(network.url).port,
      ADMIN_PORT: String(network.adminPort),
      STATE_DIRECTORY: network.stateDirectory,
      MERCHANT_URL: 'https://localhost:1/settlements',
      MERCHANT_CA_FILE: network.caFile,
      MERCHANT_AUDIENCE: 'spiffe://zt.example/ns/shop/sa/payment',
    };
    const ask = () => promisify(execFile)(process.execPath, [join(import.meta.dirname, 'health.ts')], { env });
    await ask();
    await network.stop();
    await expect(ask()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
  } finally {
    await network.close();
  }
});
