import { databaseFaults } from './database-faults.ts';
import type { Fault } from './fault.ts';
import { identityFaults } from './identity-faults.ts';

/** The one table of faults: the command, its help and the page about them are made from it. */
export const faults: readonly Fault[] = [...identityFaults, ...databaseFaults];
