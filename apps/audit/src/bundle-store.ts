import type { Database } from '@zt/kit/vault';

/** Policy bundles in SQL. None is ever changed. */
export interface BundleStore {
  /** False where there is one of this revision already, or a later one. */
  add(revision: number, statement: string, now: Date): Promise<boolean>;
  /** The one published last; null where none was. */
  last(): Promise<string | null>;
}

export function createBundleStore(database: Database): BundleStore {
  return {
    async add(revision, statement, now) {
      const rows = await database.query(
        `insert into policy_bundles (revision, statement, published_at) select $1::bigint, $2::text, $3::timestamptz
         where not exists (select from policy_bundles where revision >= $1) on conflict do nothing returning revision`,
        [revision, statement, now],
      );
      return rows.length === 1;
    },
    async last() {
      const [row] = await database.query<{ statement: string }>(
        'select statement from policy_bundles order by revision desc limit 1',
      );
      return row?.statement ?? null;
    },
  };
}
