import type { Lease } from './lease.ts';

/** A name and a password for the database, and how long they hold. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string;
  readonly lease: Lease;
}

/** Gives out database logins. All of it may reject, for as long as whoever gives them out is down. */
export interface LoginSource {
  issue(): Promise<DatabaseLogin>;
  /** The same login with a later end, as far as it can be had. */
  renew(login: DatabaseLogin): Promise<DatabaseLogin>;
  /** Ends it before its time; its sessions are cut. */
  end(login: DatabaseLogin): Promise<void>;
}
