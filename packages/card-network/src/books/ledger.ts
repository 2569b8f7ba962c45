import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** The network's database. What a transaction has done is on disk when it returns. */
export interface Ledger {
  readonly database: DatabaseSync;
  /** All of it, or nothing where the work throws. One at a time: the work does not wait for anything. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Opens the file, or makes it. A process that was killed loses nothing that it has answered. */
export function openLedger(path: string): Ledger {
  const database = new DatabaseSync(path);
  chmodSync(path, 0o600);
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
  return {
    database,
    transaction(work) {
      database.exec('begin immediate');
      try {
        const result = work();
        database.exec('commit');
        return result;
      } catch (error) {
        database.exec('rollback');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
