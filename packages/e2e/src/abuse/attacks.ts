import type { Attack } from './attack.ts';
import { attacksByStrangers } from './attacks-by-strangers.ts';
import { attacksOnCalls } from './attacks-on-calls.ts';
import { attacksOnConnections } from './attacks-on-connections.ts';

export const attacks: readonly Attack[] = [...attacksByStrangers, ...attacksOnConnections, ...attacksOnCalls];
