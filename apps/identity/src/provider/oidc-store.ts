import { createHash } from 'node:crypto';
import type { Queryable } from '@zt/kit/vault';
import type { AdapterPayload } from 'oidc-provider';
import type { SessionSource } from '../exchange/session-source.ts';

/** What the OpenID Provider keeps, in the service's own database. Time is the database's. */
export interface OidcStore extends SessionSource {
  save(model: string, id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<void>;
  find(model: string, id: string): Promise<AdapterPayload | undefined>;
  /** By the name that a session has in tokens. */
  findByUid(model: string, uid: string): Promise<AdapterPayload | undefined>;
  /** False where it was used before: of two that come at once, one gets true. */
  consume(model: string, id: string): Promise<boolean>;
  remove(model: string, id: string): Promise<void>;
  removeByGrant(grantId: string): Promise<void>;
  removeExpired(): Promise<void>;
}

interface RecordRow {
  readonly payload: AdapterPayload;
  readonly consumed_at: Date | null;
}

const columns = 'payload, consumed_at from oidc_records where expires_at > now() and model = $1';

export function createOidcStore(database: Queryable): OidcStore {
  return {
    async save(model, id, payload, expiresInSeconds) {
      // Whoever holds the id of a code, a refresh token or a session has what it stands for: only its hash is kept.
      const { jti: _id, ...kept } = payload;
      await database.query(
        `insert into oidc_records (model, id_hash, payload, uid, account_id, grant_id, expires_at)
         values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
         on conflict (model, id_hash) do update set payload = excluded.payload, uid = excluded.uid,
           account_id = excluded.account_id, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
        [
          model,
          hashOf(id),
          JSON.stringify(kept),
          payload.uid ?? null,
          payload.accountId ?? null,
          payload.grantId ?? null,
          expiresInSeconds,
        ],
      );
    },
    async find(model, id) {
      const [row] = await database.query<RecordRow>(`select ${columns} and id_hash = $2`, [model, hashOf(id)]);
      return row === undefined ? undefined : { ...payloadOf(row), jti: id };
    },
    async findByUid(model, uid) {
      const [row] = await database.query<RecordRow>(`select ${columns} and uid = $2`, [model, uid]);
      return row === undefined ? undefined : payloadOf(row);
    },
    async consume(model, id) {
      const rows = await database.query(
        `update oidc_records set consumed_at = now()
         where model = $1 and id_hash = $2 and consumed_at is null returning model`,
        [model, hashOf(id)],
      );
      return rows.length === 1;
    },
    async remove(model, id) {
      await database.query('delete from oidc_records where model = $1 and id_hash = $2', [model, hashOf(id)]);
    },
    async removeByGrant(grantId) {
      await database.query('delete from oidc_records where grant_id = $1', [grantId]);
    },
    async removeExpired() {
      await database.query('delete from oidc_records where expires_at <= now()');
    },
    async isActive(sessionId, userId) {
      const [row] = await database.query<{ readonly expires_at: Date }>(
        `select expires_at from oidc_records
         where model = 'Session' and uid = $1 and account_id = $2 and expires_at > now()`,
        [sessionId, userId],
      );
      return row === undefined ? { active: false } : { active: true, endsAt: row.expires_at };
    },
  };
}

function payloadOf({ payload, consumed_at: consumedAt }: RecordRow): AdapterPayload {
  return consumedAt === null ? payload : { ...payload, consumed: Math.floor(consumedAt.getTime() / 1000) };
}

function hashOf(id: string): Buffer {
  return createHash('sha256').update(id).digest();
}
