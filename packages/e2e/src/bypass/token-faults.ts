import { encrypted, macced, publicKeyTexts, reclaimed, resigned, respelled } from '@zt/kit/testing';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import type { SentCredential, TokenFault, TokenGround } from './bypass-path.ts';
import { goodPaths } from './good-tokens.ts';
import { claimedIdentity } from './peer-faults.ts';
import { compactToken, signingInput } from './token-parts.ts';

const takesToken = ({ credential }: MatrixPath): boolean => credential.kind !== 'nothing';
const isExchanged = ({ credential }: MatrixPath): boolean =>
  credential.kind === 'own token' || credential.kind === 'token of a user';

type Made = Omit<TokenFault, 'at'>;

/** With a token; nobody has to have the key that signs them. */
const faults: readonly Made[] = [
  { id: 'no-token', title: 'without a token', reason: 'token_missing', forge: () => ({ token: null }) },
  {
    id: 'user-in-plain-headers',
    title: 'without a token, saying in headers whose call it is',
    reason: 'token_missing',
    forge: ({ path, forger }) => ({ token: null, headers: claimedIdentity(path, forger) }),
  },
  {
    id: 'token-in-another-key',
    title: 'with a good token in headers where nobody looks for it',
    reason: 'token_missing',
    forge: ({ token, path }) => elsewhere(token, path),
  },
  {
    id: 'token-of-another-scheme',
    title: 'with a good token that is said to be something else than a bearer token',
    reason: 'token_missing',
    fits: ({ door }) => door !== 'third party',
    forge: ({ token }) => ({ token: null, headers: { authorization: `Basic ${token}` } }),
  },
  {
    id: 'alg-none',
    title: 'with a token that says that it needs no signature',
    reason: 'token_malformed',
    forge: ({ parts }) => `${signingInput({ ...parts.header, alg: 'none' }, parts.claims)}.`,
  },
  {
    id: 'alg-none-signed',
    title: 'with a token that says that it needs no signature, and has one',
    reason: 'token_algorithm_not_allowed',
    forge: ({ parts }) => compactToken({ ...parts, header: { ...parts.header, alg: 'none' } }),
  },
  {
    id: 'alg-hs256-public-key',
    title: "with a token under an HMAC whose secret is the signer's public key",
    reason: 'token_algorithm_not_allowed',
    async forge({ parts, path, forger }) {
      const { keys } = await forger.publicKeys(path);
      const own = keys.filter(({ kid }) => kid === parts.header.kid);
      const [, , , point = Buffer.alloc(0)] = publicKeyTexts({ jwks: { keys: own } });
      return macced({ ...parts.header, alg: 'HS256' }, parts.claims, point);
    },
  },
  {
    id: 'alg-other-asymmetric',
    title: 'with a token that names another algorithm over the same signature',
    reason: 'token_algorithm_not_allowed',
    forge: ({ parts }) => compactToken({ ...parts, header: { ...parts.header, alg: 'RS256' } }),
  },
  {
    id: 'kid-missing',
    title: 'with a token that does not say which key signed it',
    reason: 'token_malformed',
    forge: ({ parts: { header, claims, signature } }) => {
      const { kid: _, ...rest } = header;
      return compactToken({ header: rest, claims, signature });
    },
  },
  {
    id: 'kid-unknown',
    title: 'with a token of a key that nobody published',
    reason: 'token_signature_invalid',
    forge: ({ parts, path, forger }) =>
      forger.signAsNobody(path, { ...parts.header, kid: 'a-key-of-nobody' }, parts.claims),
  },
  {
    id: 'kid-path',
    title: "with a token whose key's name is a path",
    reason: 'token_signature_invalid',
    forge: ({ parts, path, forger }) =>
      forger.signAsNobody(path, { ...parts.header, kid: '../../../dev/null' }, parts.claims),
  },
  {
    id: 'key-in-header',
    title: 'with a token that brings the key along which signed it',
    reason: 'token_malformed',
    forge: ({ parts, path, forger }) =>
      forger.signAsNobody(path, { ...parts.header, jwk: { kty: 'EC', crv: 'P-256' } }, parts.claims),
  },
  {
    id: 'key-behind-url',
    title: 'with a token that says where its key is to be fetched',
    reason: 'token_malformed',
    forge: ({ parts, path, forger }) =>
      forger.signAsNobody(path, { ...parts.header, jku: 'https://other.example/jwks' }, parts.claims),
  },
  {
    id: 'signed-by-nobody',
    title: "with a token that is signed with another key under the signer's name for its own",
    reason: 'token_signature_invalid',
    forge: ({ parts, path, forger }) => forger.signAsNobody(path, parts.header, parts.claims),
  },
  {
    id: 'claims-changed',
    title: 'with a token that was changed under its signature',
    reason: 'token_signature_invalid',
    forge: ({ token }) => reclaimed(token, { scope: 'everything', roles: ['finance', 'support'] }),
  },
  {
    id: 'signature-truncated',
    title: 'with a token that lacks the end of its signature',
    reason: 'token_signature_invalid',
    forge: ({ token }) => resigned(token, (signature) => signature.subarray(0, -1)),
  },
  {
    id: 'signature-respelled',
    title: 'with a token whose signature is spelled in another way',
    reason: 'token_malformed',
    forge: ({ token }) => respelled(token),
  },
  {
    id: 'truncated',
    title: 'with the first half of a token',
    reason: 'token_malformed',
    forge: ({ token }) => token.slice(0, token.length / 2),
  },
  {
    id: 'critical-header',
    title: 'with a token that has a critical header of which nobody knows',
    reason: 'token_malformed',
    forge: ({ parts }) =>
      compactToken({ ...parts, header: { ...parts.header, crit: ['everything'], everything: true } }),
  },
  {
    id: 'nested-jwe',
    title: 'with a good token inside an encrypted one',
    reason: 'token_malformed',
    fits: ({ door }) => door !== 'third party',
    async forge({ token, parts, path, forger }) {
      const { keys } = await forger.publicKeys(path);
      return await encrypted({ jwks: { keys: keys.filter(({ kid }) => kid === parts.header.kid) } }, token);
    },
  },
  {
    id: 'oversize',
    title: 'with a token of 9 KB',
    reason: 'token_malformed',
    fits: ({ door }) => door !== 'third party',
    forge: ({ parts }) => compactToken({ ...parts, claims: { ...parts.claims, padding: 'x'.repeat(6_600) } }),
  },
  {
    id: 'of-the-call-before',
    title: "with the token that its own caller came with, in its own one's place",
    reason: 'token_audience_wrong',
    fits: ({ credential: { kind, ...rest } }) =>
      kind === 'token of a user' && 'way' in rest && (rest.way?.length ?? 0) > 1,
    forge: ({ path, forger }) => needed(forger.tokens.before(path)),
  },
  {
    id: 'straight-from-the-provider',
    title: "with the user's own access token, which nobody exchanged",
    reason: 'token_type_wrong',
    fits: ({ credential: { kind, ...rest } }) => kind === 'token of a user' && 'way' in rest && rest.way?.length === 1,
    forge: ({ path, forger }) => needed(forger.tokens.before(path)),
  },
  {
    id: 'exchanged-elsewhere',
    title: 'with a token that it really got, for another service',
    reason: 'token_audience_wrong',
    fits: (path) => otherAudience(path) !== undefined,
    forge: ({ path, forger }) => needed(tokenOf(otherAudience(path), forger)),
  },
  {
    id: 'exchanged-by-another',
    title: 'with a token for that service that another workload really got',
    reason: 'token_actor_mismatch',
    fits: (path) => otherActor(path) !== undefined,
    forge: ({ path, forger }) => needed(tokenOf(otherActor(path), forger)),
  },
  {
    id: 'exchanged-for-inside',
    title: 'with a token that the token exchange made for a service behind it',
    reason: 'token_type_wrong',
    fits: ({ door }) => door === 'users',
    forge: ({ path, forger }) =>
      needed(
        tokenOf(
          goodPaths.find((each) => each.from === path.to && isExchanged(each)),
          forger,
        ),
      ),
  },
];

export const tokenFaults: readonly TokenFault[] = faults.map(({ fits, ...fault }) => ({
  ...fault,
  at: 'token',
  fits: (path) => takesToken(path) && (fits?.(path) ?? true),
}));

function elsewhere(token: string, { door }: MatrixPath): SentCredential {
  const bearer = `Bearer ${token}`;
  const headers = { 'x-authorization': bearer, 'proxy-authorization': bearer, 'access-token': token, token };
  // A third party's is all of the body: there it stays away, and the usual header has it.
  return { token: null, headers: door === 'third party' ? { ...headers, authorization: bearer } : headers };
}

function otherAudience({ from, to, door }: MatrixPath): MatrixPath | undefined {
  if (door !== 'workloads') return undefined;
  return goodPaths.find((each) => each.from === from && each.to !== to && isExchanged(each));
}

function otherActor({ from, to, door }: MatrixPath): MatrixPath | undefined {
  if (door !== 'workloads') return undefined;
  return goodPaths.find((each) => each.from !== from && each.to === to && isExchanged(each));
}

async function tokenOf(path: MatrixPath | undefined, forger: TokenGround['forger']): Promise<string | null> {
  return path === undefined ? null : await forger.tokens.of(path);
}

async function needed(token: Promise<string | null>): Promise<string> {
  const got = await token;
  if (got === null) throw new Error('there is no such token');
  return got;
}
