import type { Attempt } from './attempt.ts';
import { troublesOfApps } from './trouble-apps.ts';
import { troublesOfCardNetwork } from './trouble-card-network.ts';
import { troublesOfClocks } from './trouble-clocks.ts';
import { troublesOfDatabases } from './trouble-databases.ts';
import { troublesOfIdentities } from './trouble-identities.ts';
import { troublesOfRecords } from './trouble-records.ts';
import { troublesOfSpools } from './trouble-spools.ts';
import { attemptOf } from './trouble-trial.ts';

/** Everything that the shop stands on fails once, one after the other. Each breaks the stack that it is tried on, and mends it. */
export const troubles: readonly Attempt[] = [
  ...troublesOfDatabases,
  ...troublesOfIdentities,
  ...troublesOfRecords,
  ...troublesOfSpools,
  ...troublesOfClocks,
  ...troublesOfApps,
  ...troublesOfCardNetwork,
].map(attemptOf);
