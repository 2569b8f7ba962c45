import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Ledger } from '../books/ledger.ts';

/** What is known of a key that is accepted. The key itself is not. */
export interface ApiKey {
  readonly keyId: string;
  readonly createdAt: string;
  /** Null: never used. */
  readonly lastUsedAt: string | null;
}

/** The keys with which merchants call. Only their SHA-256 is kept: a key is told once, when it is made. */
export interface ApiKeys {
  issue(): { readonly keyId: string; readonly key: string };
  /** The id of the key, where it is accepted. Each use is remembered. */
  identify(key: string): string | null;
  list(): ApiKey[];
  /** False where there is no such key. It is refused from now on. */
  revoke(keyId: string): boolean;
}

interface KeyRow {
  readonly key_id: string;
  readonly sha256: Uint8Array;
  readonly created_at: string;
  readonly last_used_at: string | null;
}

export function createApiKeys(ledger: Ledger, now: () => Date): ApiKeys {
  const { database } = ledger;
  database.exec(`create table if not exists api_keys (
    key_id text primary key, sha256 blob not null unique, created_at text not null, last_used_at text
  ) strict`);
  const all = database.prepare('select key_id, sha256, created_at, last_used_at from api_keys order by created_at');
  const insert = database.prepare('insert into api_keys (key_id, sha256, created_at) values (?, ?, ?)');
  const use = database.prepare('update api_keys set last_used_at = ? where key_id = ?');
  const remove = database.prepare('delete from api_keys where key_id = ?');
  const rows = () => all.all() as unknown as KeyRow[];

  return {
    issue() {
      const [keyId, key] = [randomUUID(), `cnk_${randomBytes(32).toString('base64url')}`];
      insert.run(keyId, sha256Of(key), now().toISOString());
      return { keyId, key };
    },
    identify(key) {
      const digest = sha256Of(key);
      let found: string | null = null;
      // All of them are looked at, so that the time says nothing of which one it was close to.
      for (const row of rows()) if (timingSafeEqual(row.sha256, digest)) found = row.key_id;
      if (found !== null) use.run(now().toISOString(), found);
      return found;
    },
    list: () => rows().map((row) => ({ keyId: row.key_id, createdAt: row.created_at, lastUsedAt: row.last_used_at })),
    revoke: (keyId) => remove.run(keyId).changes > 0,
  };
}

function sha256Of(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
