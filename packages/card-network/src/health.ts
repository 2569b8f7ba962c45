import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { type Door, parseCardNetworkConfig } from './config.ts';

/** Ends with 0 where both doors of a card network with this environment answer, and with 1 and a sentence otherwise. */
const timeoutMs = 3_000;

try {
  const { door, adminDoor, stateDirectory } = parseCardNetworkConfig(process.env);
  const ca = readFileSync(join(stateDirectory, 'authority.pem'), 'utf8');
  await Promise.all([
    // What anybody may ask for; the operator's door is asked without a key, and refuses.
    expectAnswer(door, '/.well-known/jwks.json', 200, ca),
    expectAnswer(adminDoor, '/admin/keys', 401, ca),
  ]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function expectAnswer({ host, port }: Door, path: string, expected: number, ca: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = request({ host, port, path, ca, agent: false, signal }, ({ statusCode }) => {
      asked.destroy();
      if (statusCode === expected) resolve();
      else reject(new Error(`${host}:${port} answered ${statusCode} to ${path}`));
    });
    asked.once('error', reject).end();
  });
}
