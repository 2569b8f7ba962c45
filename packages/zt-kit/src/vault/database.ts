import type { DatabaseRecord } from '../audit/decision-record.ts';

/** Runs SQL. Values always travel apart from the text. */
export interface Queryable {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A service's own database, reached with logins that Vault gives out and that are replaced while queries run. */
export interface Database extends Queryable {
  /** Runs the work in one transaction; rolls back where it throws. */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result>;
  /** The login in force, for the ledger. */
  describe(): DatabaseRecord | null;
}
