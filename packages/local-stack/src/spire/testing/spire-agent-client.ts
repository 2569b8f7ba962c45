import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { type ForeignClient, outputOf, watchLines } from './foreign-client.ts';

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const trustDomainOf = (id: string): string => id.replace(/^spiffe:\/\//, '');

const x509Answer = z.object({
  federated_bundles: z.record(z.string(), base64),
  svids: z.array(z.object({ spiffe_id: z.string(), hint: z.string().optional(), x509_svid: base64, bundle: base64 })),
});
const jwtAnswer = z.tuple([
  z.object({ svids: z.array(z.object({ spiffe_id: z.string(), hint: z.string().optional(), svid: z.string() })) }),
  z.object({ bundles: z.record(z.string(), base64) }),
]);
const keySet = z.object({ keys: z.array(z.object({ kid: z.string() })) });
const validAnswer = z.object({ spiffe_id: z.string() });

/**
 * SPIRE's own client, `spire-agent api`. It has no command for X.509 bundles alone: its bundles are those that come
 * with the SVIDs. In these tests a bundle has one authority for each trust domain.
 */
export function spireAgentClient(spireAgent: string): ForeignClient {
  async function ask(socket: string, ...args: readonly string[]): Promise<unknown> {
    const path = socket.replace(/^unix:\/\//, '');
    return JSON.parse(await outputOf(spireAgent, ['api', ...args, '-socketPath', path, '-output', 'json']));
  }
  const fetchX509 = async (socket: string) => x509Answer.parse(await ask(socket, 'fetch', 'x509'));
  const fetchJwt = async (socket: string, audience: string) =>
    jwtAnswer.parse(await ask(socket, 'fetch', 'jwt', '-audience', audience));

  return {
    async x509Svids(socket) {
      return (await fetchX509(socket)).svids.map(({ spiffe_id, hint, x509_svid }) => {
        const leaf = new X509Certificate(x509_svid);
        return {
          spiffeId: spiffe_id,
          hint: hint ?? '',
          dnsNames: [...(leaf.subjectAltName ?? '').matchAll(/DNS:([^,]+)/g)].map(([, name = '']) => name),
          serialNumber: leaf.serialNumber.toLowerCase().replace(/^0+/, ''),
        };
      });
    },
    async x509Bundles(socket) {
      const { svids, federated_bundles } = await fetchX509(socket);
      const bundles = [
        ...svids.map(({ spiffe_id, bundle }) => [spiffe_id, bundle] as const),
        ...Object.entries(federated_bundles),
      ];
      return Object.fromEntries(
        bundles.map(([id, der]) => [
          new URL(id).host,
          [new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase()],
        ]),
      );
    },
    async jwtSvids(socket, audience) {
      const [{ svids }] = await fetchJwt(socket, audience);
      return svids.map(({ spiffe_id, hint, svid }) => ({ spiffeId: spiffe_id, hint: hint ?? '', token: svid }));
    },
    async jwtBundles(socket) {
      const [, { bundles }] = await fetchJwt(socket, 'whoever');
      return Object.fromEntries(
        Object.entries(bundles).map(([id, json]) => {
          const { keys } = keySet.parse(JSON.parse(json.toString('utf8')));
          return [trustDomainOf(id), keys.map(({ kid }) => kid)];
        }),
      );
    },
    async validate(socket, audience, token) {
      const answer = await ask(socket, 'validate', 'jwt', '-audience', audience, '-svid', token);
      return { spiffeId: validAnswer.parse(answer).spiffe_id };
    },
    watch(socket) {
      const args = ['api', 'watch', '-socketPath', socket.replace(/^unix:\/\//, '')];
      return watchLines(spireAgent, args, (line) => line.startsWith('Received '));
    },
  };
}
