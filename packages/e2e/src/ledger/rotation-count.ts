import type { DecisionRecord } from '@zt/kit/audit';

/** What a service decided with while one looked on. */
export interface ServiceRotations {
  readonly service: string;
  /** Different certificates that it served with: one more than there were rotations. */
  readonly svids: number;
  /** Different database logins that it had; zero for a service without a database. */
  readonly logins: number;
}

export interface RotationCount {
  add(records: readonly DecisionRecord[]): void;
  /** In the order of the services' names. */
  services(): ServiceRotations[];
}

interface Seen {
  readonly serials: Set<string>;
  readonly logins: Set<string>;
}

/** Counts the certificates and database logins that records name. */
export function createRotationCount(): RotationCount {
  const seen = new Map<string, Seen>();
  return {
    add(records) {
      for (const { service, serviceCertificate, database } of records) {
        const { serials, logins } = seen.get(service) ?? { serials: new Set(), logins: new Set() };
        if (serviceCertificate !== null) serials.add(serviceCertificate.serialNumber);
        if (database !== null) logins.add(database.login);
        seen.set(service, { serials, logins });
      }
    },
    services: () =>
      [...seen]
        .map(([service, { serials, logins }]) => ({ service, svids: serials.size, logins: logins.size }))
        .sort((a, b) => a.service.localeCompare(b.service)),
  };
}

export function svidRotations(services: readonly ServiceRotations[]): number {
  return services.reduce((sum, { svids }) => sum + Math.max(0, svids - 1), 0);
}

export function databaseLogins(services: readonly ServiceRotations[]): number {
  return services.reduce((sum, { logins }) => sum + logins, 0);
}
