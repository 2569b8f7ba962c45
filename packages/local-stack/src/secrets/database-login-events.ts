/** A database login that a service took, as it logged it. */
export interface DatabaseLoginEvent {
  readonly login: string;
  readonly leaseId: string;
}

/** All of them in a log. Lines of other kinds are passed over. */
export function databaseLoginEvents(log: string): DatabaseLoginEvent[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"database_login_taken"'))
    .flatMap((line) => {
      try {
        const { login, leaseId } = JSON.parse(line);
        return [{ login: String(login), leaseId: String(leaseId) }];
      } catch {
        // The log was cut within this line.
        return [];
      }
    });
}
