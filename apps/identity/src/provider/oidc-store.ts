import { createHash } from 'node:crypto';
import type { Queryable } from '@zt/kit/vault';
import type { AdapterPayload } from 'oidc-provider';

/** What the OpenID Provider keeps, in the service's own database. Time is the database's. */
export interface OidcStore {
  save(model: string, id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<void>;
  find(model: string, id: string): Promise<AdapterPayload | undefined>;
  /** By the name that a session has in tokens. */
  findByUid(model: string, uid: string): Promise<AdapterPayload | undefined>;
  /** By the short code of the device flow that a person types. */
  findByUserCode(model: string, userCode: string): Promise<AdapterPayload | undefined>;
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

/** Begins the name under which a record is known that was found by its user code: not its id, of which only the hash is kept. */
export const userCodeAlias = 'by-user-code:';

/** A session that has ended is none, whatever was written of it since. */
const columns = `payload, consumed_at from oidc_records where expires_at > now() and model = $1
  and not (model = 'Session' and exists (select from ended_sessions where session_id = uid))`;

export function createOidcStore(database: Queryable): OidcStore {
  return {
    async save(model, id, payload, expiresInSeconds) {
      // Whoever holds the id of a code, a refresh token or a session has what it stands for: only its hash is kept.
      const { jti: _id, userCode, ...kept } = payload;
      await database.query(
        `insert into oidc_records (model, id_hash, payload, uid, account_id, grant_id, expires_at, user_code_hash)
         values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8)
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
          userCode === undefined ? null : hashOf(userCode),
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
    async findByUserCode(model, userCode) {
      const [row] = await database.query<RecordRow & { readonly id_hash: Buffer }>(
        `select id_hash, ${columns} and user_code_hash = $2`,
        [model, hashOf(userCode)],
      );
      if (row === undefined) return undefined;
      return { ...payloadOf(row), userCode, jti: `${userCodeAlias}${row.id_hash.toString('base64url')}` };
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
      // A session whose time is up is still told of, while tokens of its last minutes may be alive.
      await database.query("delete from oidc_records where expires_at <= now() - interval '20 minutes'");
      await database.query('delete from ended_sessions where expires_at <= now()');
    },
  };
}

function payloadOf({ payload, consumed_at: consumedAt }: RecordRow): AdapterPayload {
  return consumedAt === null ? payload : { ...payload, consumed: Math.floor(consumedAt.getTime() / 1000) };
}

function hashOf(id: string): Buffer {
  if (id.startsWith(userCodeAlias)) return Buffer.from(id.slice(userCodeAlias.length), 'base64url');
  return createHash('sha256').update(id).digest();
}
