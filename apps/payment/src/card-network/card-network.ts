import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import type { ApiKey } from '@zt/kit/vault';
import { createCardNetworkConnection } from './connection.ts';
import { type Instruction, idempotencyKeyOf, type NetworkAnswer, requestOf } from './instruction.ts';
import { type ChargeState, readAnswer, readState } from './network-answer.ts';

/** How long somebody waits for an answer. */
export interface Patience {
  readonly deadline: Date;
  readonly signal: AbortSignal;
}

/** The card network, a third party that is reached over HTTPS with an API key. */
export interface CardNetwork {
  /**
   * Asks, and asks once more with the same idempotency key where the answer was lost. Throws `BusinessError`
   * `unavailable` where there is none in time: the instruction may have been carried out or not. Throws a
   * `ZeroTrustError` `api_key_unavailable` where there is no API key, or the network does not take it.
   */
  carryOut(instruction: Instruction, patience: Patience): Promise<NetworkAnswer>;
  /**
   * What the network knows of a payment; null where it knows nothing. For whoever only wants to know: it changes nothing.
   * Throws `BusinessError` `unavailable` where there is no answer.
   */
  lookUp(paymentId: string, patience: Patience): Promise<ChargeState | null>;
  /** The keys of its notices, as a JWK Set. */
  fetchKeys(): Promise<unknown>;
  close(): Promise<void>;
}

export interface CardNetworkOptions {
  /** `https://host:port` */
  readonly url: string;
  readonly caFile: string;
  readonly apiKey: Pick<ApiKey, 'current' | 'refresh'>;
  readonly now: () => Date;
  readonly attemptMs?: number;
}

const attempts = 2;
/** A key that the network does not accept is not tried again for so long: a network may lock out who goes on trying. */
const restMs = 2_000;
/** Kept for what is to be written down and told after the network has answered. */
const reserveMs = 200;
const keysMs = 3_000;

export function createCardNetwork(options: CardNetworkOptions): CardNetwork {
  const { apiKey, now, attemptMs = 1_500 } = options;
  const connection = createCardNetworkConnection(options.url, options.caFile);
  let refusedKey = { version: -1, until: 0 };

  /** The status and the text; null where there was no answer in time. */
  async function ask(instruction: Instruction, key: string, { deadline, signal }: Patience) {
    const leftMs = deadline.getTime() - now().getTime() - reserveMs;
    if (leftMs <= 0 || signal.aborted) return null;
    const { path, body } = requestOf(instruction);
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKeyOf(instruction) };
    const timeout = AbortSignal.timeout(Math.min(leftMs, attemptMs));
    return await connection.post(path, headers, body, AbortSignal.any([signal, timeout])).catch(() => null);
  }

  /** Waits no longer than for an answer of the network's: Vault may be slow, and whoever waits has a deadline. */
  async function refreshKey({ deadline, signal }: Patience): Promise<void> {
    const leftMs = Math.max(0, deadline.getTime() - now().getTime() - reserveMs);
    const enough = AbortSignal.any([signal, AbortSignal.timeout(Math.min(leftMs, attemptMs))]);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    enough.addEventListener('abort', () => resolve(), { once: true });
    if (!enough.aborted) await Promise.race([apiKey.refresh(), late]);
  }

  return {
    async carryOut(instruction, patience) {
      // A call ends with the key that it began with, unless the network says that it is none any more.
      let key = apiKey.current();
      if (key.version === refusedKey.version && now().getTime() < refusedKey.until) throw notAccepted(key.version);
      let refused = false;
      for (let attempt = 1; attempt <= attempts; ) {
        const answer = await ask(instruction, key.value, patience);
        if (answer?.status === 401) {
          if (refused) {
            refusedKey = { version: key.version, until: now().getTime() + restMs };
            throw notAccepted(key.version);
          }
          refused = true;
          await refreshKey(patience);
          key = apiKey.current();
          continue;
        }
        const read = answer === null ? null : readAnswer(instruction, answer.status, answer.text);
        if (read !== null) return read;
        attempt += 1;
      }
      throw new BusinessError('unavailable', 'The card network did not answer in time.');
    },
    async lookUp(paymentId, { signal }) {
      const headers = { authorization: `Bearer ${apiKey.current().value}` };
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
      const answer = await connection.get(`/v1/payments/${paymentId}`, headers, timeout).catch(() => null);
      if (answer?.status === 404) return null;
      const state = answer?.status === 200 ? readState(paymentId, answer.text) : null;
      if (state === null) throw new BusinessError('unavailable', 'The card network did not answer in time.');
      return state;
    },
    async fetchKeys() {
      const { status, text } = await connection.get('/.well-known/jwks.json', {}, AbortSignal.timeout(keysMs));
      if (status !== 200) throw new Error(`the card network answered ${status} for its keys`);
      return JSON.parse(text);
    },
    close: () => connection.close(),
  };
}

function notAccepted(version: number): ZeroTrustError {
  return new ZeroTrustError(
    'api_key_unavailable',
    `the card network does not accept version ${version} of the API key`,
  );
}
