import type { OperatorJob } from '../operator-job.ts';
import { blockUser, unblockUser } from './block-user.ts';
import { listApiKeys } from './list-api-keys.ts';
import { listDecisions } from './list-decisions.ts';
import { listLeases } from './list-leases.ts';
import { listUsers } from './list-users.ts';
import { publishPolicy } from './publish-policy.ts';
import { listQuarantined, quarantineWorkload, releaseWorkload } from './quarantine-workload.ts';
import { shakeHands } from './shake-hands.ts';
import { writeApiKey } from './write-api-key.ts';

/** Everything that the operator's process can be asked for. */
export const operatorJobs: readonly OperatorJob[] = [
  listDecisions,
  blockUser,
  unblockUser,
  listUsers,
  quarantineWorkload,
  releaseWorkload,
  listQuarantined,
  listLeases,
  listApiKeys,
  writeApiKey,
  shakeHands,
  publishPolicy,
] as readonly OperatorJob[];
