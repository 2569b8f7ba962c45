import type { AuthoritySteps } from '@zt/kit/testing/workload-api';
import type { DevelopmentServers } from '../faults/breakable.ts';
import type { ServerCertificateFiles } from '../postgres/server-certificate.ts';
import type { CertificateServer } from '../sidecar/sidecar-workloads.ts';
import type { IdentityAccess } from './identity-access.ts';

/** What gives a stack's processes their identities and their secrets. All else is the same on every kind of stack. */
export interface Surroundings {
  /** Where they are once `startCertificates` has settled. */
  certificateOf(server: CertificateServer): ServerCertificateFiles;
  /** Settles when whoever comes gets the identity that is its own. */
  startIdentities(): Promise<IdentityAccess>;
  /** Settles when the servers' certificate files are there. They are kept current from then on. */
  startCertificates(): Promise<void>;
  /** Begins once there are certificates; settles when Vault's API is served. */
  startSecrets(): Promise<void>;
  /** Makes logins, policies and API keys what they should be. Postgres and the third parties have to run. */
  configureSecrets(issueApiKey: () => Promise<string>): Promise<void>;
  /**
   * Gives the apps their identities, which wait for them until then: they may be started long before what they need is
   * there. Null where who comes gets its identity at once.
   */
  readonly admitApps: (() => Promise<void>) | null;
  /** The server's certificate files are new: a process of its own that keeps them says so. */
  certificateWritten(server: string): Promise<void>;
  sealVault(sealed: boolean): Promise<void>;
  /** The steps in which the key that signs certificates is replaced. */
  authority(): AuthoritySteps;
  /** What faults are made with; null where SPIRE and Vault themselves run. */
  development(): DevelopmentServers | null;
  /** Ends what has to go before Postgres does, once the apps are gone. */
  stop(): Promise<void>;
}
