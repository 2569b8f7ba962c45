import { operatorAccessOf } from '@zt/e2e/operator-client';
import { awaitRecords } from '../ledger/await-records.ts';
import { createLedgerReader, type LedgerReader } from '../ledger/read-ledger.ts';
import { ztCommand } from '../stack/zt-command.ts';
import { describeRunningStack } from './describe-running-stack.ts';

/** Records are in the ledger a moment after the call. */
const patienceMs = 5_000;

/**
 * The ledger of the stack of this name, with all that was recorded until now; says where something of that is not there
 * yet. Throws with what to do where the stack does not run.
 */
export async function ledgerOfRunningStack(name: string): Promise<LedgerReader> {
  const stack = await describeRunningStack(name);
  const late = await awaitRecords(stack.spoolDirectory, new Date(), patienceMs);
  if (late.length > 0)
    console.error(
      `zt: what ${late.join(', ')} recorded last is not in the ledger yet: see ${ztCommand('doctor', name)}`,
    );
  return createLedgerReader(operatorAccessOf(stack));
}
