import { type CryptoKey, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import { ZeroTrustError } from '../errors.ts';

/** Gives the public key that a token's `kid` names. */
export interface SigningKeySource {
  /** Throws `token_signature_invalid` where the issuer has no such key, `signing_keys_unavailable` where it can't be asked. */
  keyFor(keyId: string): Promise<CryptoKey>;
}

export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA';

export interface SigningKeySourceOptions {
  /** Asks the issuer, over a connection that authenticates it. */
  readonly fetchKeys: () => Promise<JSONWebKeySet>;
  /** The one algorithm whose keys count: ES256 with P-256, EdDSA with Ed25519 (RFC 8037), or RS256 of 2048 bits or more. */
  readonly algorithm?: SigningAlgorithm;
  readonly fetchTimeoutMs?: number;
  /** However many unknown key ids come in: the issuer is asked no more often than this. */
  readonly fetchIntervalMs?: number;
  /** From this age on, keys are fetched anew while those in hand go on being used. */
  readonly refreshAfterMs?: number;
  /** From this age on, keys are used no more, even where the issuer can't be asked: one may have been withdrawn. */
  readonly discardAfterMs?: number;
  /** A clock that never goes back. */
  readonly nowMs?: () => number;
}

type Keys = ReadonlyMap<string, CryptoKey>;

/** Keeps an issuer's keys and fetches them, one fetch at a time. Only public keys for signatures of one algorithm count. */
export function createSigningKeySource({
  fetchKeys,
  algorithm = 'ES256',
  fetchTimeoutMs = 5_000,
  fetchIntervalMs = 2_000,
  refreshAfterMs = 5 * 60_000,
  discardAfterMs = 30 * 60_000,
  nowMs = () => performance.now(),
}: SigningKeySourceOptions): SigningKeySource {
  let kept: { readonly keys: Keys; readonly at: number } | undefined;
  let lastFetch = Number.NEGATIVE_INFINITY;
  let lastFailed = false;
  let running: Promise<Keys> | undefined;

  function usable(): Keys | undefined {
    return kept !== undefined && nowMs() - kept.at < discardAfterMs ? kept.keys : undefined;
  }

  function mayFetch(): boolean {
    return running !== undefined || nowMs() - lastFetch >= fetchIntervalMs;
  }

  function fetchOnce(): Promise<Keys> {
    running ??= (async () => {
      lastFetch = nowMs();
      try {
        const keys = await importKeys(await withTimeout(fetchKeys(), fetchTimeoutMs), algorithm);
        kept = { keys, at: lastFetch };
        lastFailed = false;
        return keys;
      } catch (cause) {
        lastFailed = true;
        throw new ZeroTrustError('signing_keys_unavailable', 'issuer did not give its signing keys', { cause });
      } finally {
        running = undefined;
      }
    })();
    return running;
  }

  return {
    keyFor: async (keyId) => {
      const known = usable()?.get(keyId);
      if (known !== undefined) {
        if (kept !== undefined && nowMs() - kept.at >= refreshAfterMs && mayFetch()) {
          // The key in hand is good: that the issuer is out of reach matters only once it is too old.
          fetchOnce().catch(() => undefined);
        }
        return known;
      }
      const keys = mayFetch() ? await fetchOnce() : usable();
      // After a restart the issuer signs with a key that those in hand can't have known: to ask again is what helps.
      if (keys === undefined || (lastFailed && !keys.has(keyId))) {
        throw new ZeroTrustError('signing_keys_unavailable', 'issuer did not give its signing keys a moment ago');
      }
      const key = keys.get(keyId);
      if (key === undefined) throw new ZeroTrustError('token_signature_invalid', 'issuer has no key of that id');
      return key;
    },
  };
}

async function importKeys(set: JSONWebKeySet, algorithm: SigningAlgorithm): Promise<Keys> {
  const keys = new Map<string, CryptoKey>();
  for (const jwk of set.keys) {
    if (jwk.kid === undefined || !verifies(jwk, algorithm)) continue;
    if (keys.has(jwk.kid)) throw new TypeError('key set has one key id twice');
    keys.set(jwk.kid, (await importJWK(jwk, algorithm, { extractable: false })) as CryptoKey);
  }
  if (keys.size === 0) throw new TypeError(`key set has no key for ${algorithm}`);
  return keys;
}

const kindOf: Readonly<Record<SigningAlgorithm, Pick<JWK, 'kty' | 'crv'>>> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  RS256: { kty: 'RSA' },
};

function verifies(jwk: JWK, algorithm: SigningAlgorithm): boolean {
  const purpose = (jwk.use ?? 'sig') === 'sig' && (jwk.alg ?? algorithm) === algorithm;
  const { kty, crv } = kindOf[algorithm];
  return purpose && jwk.kty === kty && jwk.crv === crv && jwk.d === undefined;
}

async function withTimeout<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
