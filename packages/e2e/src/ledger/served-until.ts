import type { DecisionRecord } from '@zt/kit/audit';

/** When the last of the certificates and database logins ends that these records were decided with, in milliseconds since the epoch. */
export function servedUntil(records: readonly DecisionRecord[]): number {
  const ends = records.flatMap(({ serviceCertificate, database }) => [
    ...(serviceCertificate === null ? [] : [Date.parse(serviceCertificate.notAfter)]),
    ...(database === null ? [] : [Date.parse(database.leaseEndsAt)]),
  ]);
  // Not by spreading: there may be more records than a call takes arguments.
  return ends.reduce((latest, end) => Math.max(latest, end), 0);
}
