import { secondsUntil } from './time-to-live.ts';
import type { Token } from './tokens.ts';

/** What an engine answers; null where there is nothing to say, `accepted` where it is still being done. */
export type EngineAnswer = EngineWords | 'accepted' | null;

export interface EngineWords {
  readonly data?: Readonly<Record<string, unknown>>;
  /** A token that was given out or renewed. */
  readonly token?: Token;
  readonly lease?: { readonly id: string; readonly seconds: number };
  readonly warnings?: readonly string[];
}

/** All fields of an answer of Vault's, in its order. */
export function answerBody(requestId: string, words: EngineWords, mountType: string, now: Date): object {
  const { data, token, lease, warnings = [] } = words;
  return {
    request_id: requestId,
    lease_id: lease?.id ?? '',
    renewable: lease !== undefined,
    lease_duration: lease?.seconds ?? 0,
    data: data ?? null,
    wrap_info: null,
    warnings: warnings.length === 0 ? null : warnings,
    auth: token === undefined ? null : authBody(token, now),
    mount_type: mountType,
  };
}

function authBody(token: Token, now: Date): object {
  return {
    client_token: token.value,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: token.metadata,
    lease_duration: secondsUntil(token.expiresAt, now),
    renewable: true,
    entity_id: token.entityId,
    token_type: 'service',
    orphan: true,
    mfa_requirement: null,
    num_uses: 0,
  };
}
