import type { StartableKind } from '@zt/e2e/stack-kind';
import { identityProviders } from '../surroundings/identity-provider.ts';
import { checkClock } from './check-clock.ts';
import { checkDisk } from './check-disk.ts';
import { checkLeftovers } from './check-leftovers.ts';
import { checkPorts } from './check-ports.ts';
import { checkPostgres } from './check-postgres.ts';
import { checkProcesses } from './check-processes.ts';
import { checkPrograms } from './check-programs.ts';
import { checkServices } from './check-services.ts';
import { checkSpire } from './check-spire.ts';
import { checkSpools } from './check-spools.ts';
import { checkSupervisor } from './check-supervisor.ts';
import { checkSvids } from './check-svids.ts';
import { checkVault } from './check-vault.ts';
import { checkWorkloadApi } from './check-workload-api.ts';
import { type ExaminedStack, isRunning, type RunningExaminedStack } from './examined-stack.ts';
import type { Examination } from './finding.ts';
import { type Check, runCheck } from './run-check.ts';

const always: readonly Check<ExaminedStack>[] = [
  ['programs', checkPrograms],
  ['supervisor', checkSupervisor],
  ['processes left behind', checkLeftovers],
  ['disk', checkDisk],
  ['records that wait', checkSpools],
];

const whileRunning: readonly Check<RunningExaminedStack>[] = [
  ['processes', checkProcesses],
  ['ports', checkPorts],
  ['certificates', checkSvids],
  ['vault', checkVault],
  ['postgres', checkPostgres],
  ['clocks', checkClock],
];

const identitiesOf: Readonly<Record<StartableKind, Check<RunningExaminedStack>>> = {
  embedded: ['workload api', checkWorkloadApi],
  native: ['spire', checkSpire],
};

/** Looks at everything, running or not. No check waits for longer than twenty seconds. */
export async function examine(stack: ExaminedStack): Promise<Examination[]> {
  const general = await Promise.all(always.map((check) => runCheck(check, stack)));
  if (!isRunning(stack)) return general;
  const [identities, ...others] = await Promise.all([
    runCheck(identitiesOf[stack.kind], stack),
    ...whileRunning.map((check) => runCheck(check, stack)),
  ]);
  // Without an identity nobody can ask.
  const areGivenOut = identities.findings.every(({ subject }) => subject !== identityProviders[stack.kind].process);
  const services = areGivenOut ? [await runCheck(['services', checkServices], stack)] : [];
  return [...general, identities, ...others, ...services];
}
