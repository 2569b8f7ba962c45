import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { spiffeIdOfLeaf, type X509Source } from '@zt/kit/identity';
import { tlsSettingsOf } from '@zt/kit/mtls';
import { z } from 'zod';
import { defineJob } from '../operator-job.ts';

const timeoutMs = 5_000;
const names = accessGraph.services.map(({ name }) => name);

/**
 * Connects to services over mutual TLS, and says with whom that failed, and how. Nothing is called, so nothing is decided
 * and recorded.
 */
export const shakeHands = defineJob({
  name: 'shake-hands',
  input: z.strictObject({
    services: z.array(z.object({ name: z.enum(names), host: z.string(), port: z.number() })),
  }),
  output: z.array(z.object({ name: z.string(), trouble: z.string() })),
  async run({ source }, { services }) {
    const tried = await Promise.all(
      services.map(async ({ name, host, port }) => {
        const trouble = await troubleWith(source, spiffeIdOf(accessGraph, name), { host, port });
        return trouble === null ? [] : [{ name, trouble }];
      }),
    );
    return tried.flat();
  },
});

/** Null where there is none. */
async function troubleWith(
  source: X509Source,
  expected: string,
  address: { readonly host: string; readonly port: number },
): Promise<string | null> {
  const socket = connect({
    ...tlsSettingsOf(source.current()),
    ...address,
    ALPNProtocols: ['h2'],
    checkServerIdentity: (_host, { raw }) => {
      const { uri } = spiffeIdOfLeaf(new X509Certificate(raw));
      return uri === expected ? undefined : new Error(`${uri} answers in its place`);
    },
  });
  try {
    // The server speaks first, and only to whose certificate it accepts.
    await once(socket, 'data', { signal: AbortSignal.timeout(timeoutMs) });
    return null;
  } catch (error) {
    return error instanceof Error ? (error.name === 'AbortError' ? 'no answer' : error.message) : String(error);
  } finally {
    socket.destroy();
  }
}
