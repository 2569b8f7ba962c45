import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { accessGraph, type ServiceName, spiffeIdOf } from '@zt/access-graph';
import { createTestCertificateAuthority, type TestCertificateAuthority } from '@zt/kit/testing';
import { decodeJwt, type JSONWebKeySet, type JWK } from 'jose';
import { Agent, request } from 'undici';
import type { World } from '../attempts/world.ts';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import { openUserSession } from '../shop/user-session.ts';
import { createGoodTokens, type GoodTokens } from './good-tokens.ts';
import { certificateOf, type ShownCertificate } from './shown-certificate.ts';
import { type StolenKeys, stealKeys } from './stolen-keys.ts';
import { signingInput } from './token-parts.ts';

/** Whoever can be everybody: has the keys of the authority and of whoever signs tokens, and keys of its own. */
export interface Forger {
  /** PEM of the trust domain's authorities. */
  readonly authorities: string;
  readonly keys: StolenKeys;
  readonly tokens: GoodTokens;
  /** Of the home trust domain by its name, and of nobody's trust. */
  readonly stranger: TestCertificateAuthority;
  /** Of a trust domain that nobody here knows. */
  readonly foreigner: TestCertificateAuthority;
  spiffeId(workload: string): string;
  /** `host:port` */
  addressOf(service: ServiceName): string;
  /** A caller's own good SVID. */
  svidOf(workload: string): Promise<ShownCertificate>;
  /** Signs as who signed the good tokens of this path, with the key that the header names: throws where it is nobody's. */
  sign(path: MatrixPath, header: object, claims: object | string): string;
  /** Signs with a key that nobody knows, of the kind that this path asks for. */
  signAsNobody(path: MatrixPath, header: object, claims: object): string;
  /** The public keys of who signs the tokens of this path. */
  publicKeys(path: MatrixPath): Promise<JSONWebKeySet>;
  /** The session and the user of a login that is over, and which everybody knows to be over. */
  endedSession(): Promise<{ readonly sid: string; readonly sub: string }>;
}

/** That a session has ended is known everywhere after this time. */
const everywhereMs = 2_000;

/** Rejects for a stack that keeps its keys to itself. */
export async function createForger(world: World): Promise<Forger> {
  const { stack } = world;
  const keys = await stealKeys(stack);
  const strangersKey = {
    EdDSA: generateKeyPairSync('ed25519').privateKey,
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  };
  const svids = new Map<string, Promise<ShownCertificate>>();
  let session: Promise<{ readonly sid: string; readonly sub: string }> | undefined;
  let noticeKeys: Promise<JSONWebKeySet> | undefined;
  const spiffeId = (workload: string): string => spiffeIdOf(accessGraph, workload as ServiceName);

  function signWith(key: KeyObject, header: object, claims: object | string): string {
    const input = signingInput(header, claims);
    const isEdwards = key.asymmetricKeyType === 'ed25519';
    const signature = sign(isEdwards ? null : 'sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }

  const signersOf = ({ door }: MatrixPath) => keys.signing[door === 'users' ? 'access' : 'exchange'];

  return {
    authorities: await readFile(stack.bundleFile, 'utf8'),
    keys,
    tokens: createGoodTokens(world),
    stranger: await createTestCertificateAuthority(accessGraph.trustDomain),
    foreigner: await createTestCertificateAuthority('other.example'),
    spiffeId,
    addressOf: (service) => stack.addresses[service],
    svidOf(workload) {
      const known = svids.get(workload) ?? certificateOf(keys.home, { spiffeId: spiffeId(workload) });
      svids.set(workload, known);
      return known;
    },
    sign(path, header, claims) {
      const { kid } = header as { readonly kid?: string };
      const key = signersOf(path).get(kid ?? '');
      if (key === undefined) throw new Error(`nobody left the key that signs the tokens of ${path.id}`);
      return signWith(key, header, claims);
    },
    signAsNobody: (path, header, claims) =>
      signWith(strangersKey[path.door === 'third party' ? 'EdDSA' : 'ES256'], header, claims),
    async publicKeys(path) {
      if (path.door === 'third party') {
        noticeKeys ??= fetchNoticeKeys(stack.cardNetwork);
        return await noticeKeys;
      }
      return { keys: [...signersOf(path)].map(([kid, key]) => publicJwk(kid, key)) };
    },
    endedSession() {
      session ??= endSession(world);
      return session;
    },
  };
}

async function endSession(world: World): Promise<{ readonly sid: string; readonly sub: string }> {
  const login = await openUserSession(world.stack, 'alice');
  try {
    const { sid, sub = '' } = decodeJwt<{ readonly sid: string }>(login.tokens.accessToken);
    await login.revoke(login.tokens.refreshToken);
    await new Promise((resolve) => setTimeout(resolve, everywhereMs));
    return { sid, sub };
  } finally {
    await login.close();
  }
}

async function fetchNoticeKeys({ url, admin }: World['stack']['cardNetwork']): Promise<JSONWebKeySet> {
  const dispatcher = new Agent({ connect: { ca: await readFile(admin.caFile, 'utf8') } });
  try {
    const { body } = await request(new URL('/.well-known/jwks.json', url), { dispatcher });
    return (await body.json()) as JSONWebKeySet;
  } finally {
    await dispatcher.close();
  }
}

function publicJwk(kid: string, key: KeyObject): JWK {
  return { ...(createPublicKey(key).export({ format: 'jwk' }) as JWK), kid, alg: 'ES256', use: 'sig' };
}
