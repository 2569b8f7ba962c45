import type { Queryable } from '@zt/kit/vault';

export interface Quarantined {
  readonly spiffeId: string;
  readonly since: Date;
}

/** Which workloads are quarantined. Time is the database's. */
export interface QuarantineStore {
  /** To quarantine a workload again changes nothing. */
  add(spiffeId: string): Promise<void>;
  remove(spiffeId: string): Promise<void>;
  list(): Promise<readonly Quarantined[]>;
}

export function createQuarantineStore(database: Queryable): QuarantineStore {
  return {
    async add(spiffeId) {
      await database.query('insert into quarantined_workloads (spiffe_id) values ($1) on conflict do nothing', [
        spiffeId,
      ]);
    },
    async remove(spiffeId) {
      await database.query('delete from quarantined_workloads where spiffe_id = $1', [spiffeId]);
    },
    list: () =>
      database.query<Quarantined>(
        'select spiffe_id as "spiffeId", quarantined_at as since from quarantined_workloads order by spiffe_id',
      ),
  };
}
