import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface SpoolLock {
  release(): void;
}

/** SQLITE_BUSY. */
const busy = 5;
/** Whoever forgets to release a lock has it until the process ends, and not until memory is tidied up. */
const held = new Set<DatabaseSync>();

/**
 * Takes a spool for this process: two that write to one would both give out the same numbers. Null where a process has
 * it that lives, here or in another container; one that does not live has none, whichever way it ended. The operating
 * system sees to both, as it holds the lock: SQLite asks it for one on a file, which Node alone has no way to do.
 */
export function lockSpool(directory: string, name: string): SpoolLock | null {
  const path = spoolLockFile(directory, name);
  create(path);
  const file = new DatabaseSync(path);
  try {
    // Nothing is ever written to it, so a full disk is no hindrance.
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === busy) return null;
    throw error;
  }
  held.add(file);
  return {
    release() {
      if (held.delete(file)) file.close();
    },
  };
}

/** The file that is locked while a process has the spool. */
export function spoolLockFile(directory: string, name: string): string {
  return join(directory, `${name}.lock.db`);
}

/** Whether a process that lives has the spool. For a moment whoever asks has it where nobody else does. */
export function isSpoolTaken(directory: string, name: string): boolean {
  if (!existsSync(spoolLockFile(directory, name))) return false;
  const lock = lockSpool(directory, name);
  lock?.release();
  return lock === null;
}

/**
 * For its owner only. A process that closes a file gives up all its locks on it (POSIX), except through SQLite: so one that
 * is there is not opened, and nothing else happens between opening and closing a new one.
 */
function create(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
