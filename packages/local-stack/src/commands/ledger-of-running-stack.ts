import { join } from 'node:path';
import { awaitRecords } from '../ledger/await-records.ts';
import { createLedgerReader, type LedgerReader } from '../ledger/read-ledger.ts';
import { readPorts } from '../stack/choose-ports.ts';
import { ztCommand } from '../stack/zt-command.ts';
import { requireRunningStack } from './running-stack.ts';

/** Records are in the ledger a moment after the call. */
const patienceMs = 5_000;

/**
 * The ledger of the stack of this name, with all that was recorded until now; says where something of that is not there
 * yet. Throws with what to do where the stack does not run.
 */
export async function ledgerOfRunningStack(name: string): Promise<LedgerReader> {
  const { stateDirectory, record } = await requireRunningStack(name);
  const ports = await readPorts(stateDirectory);
  if (ports === null) throw new Error(`the stack ${name} has not written down its ports: start it again`);
  const late = await awaitRecords(join(stateDirectory, 'spool'), new Date(), patienceMs);
  if (late.length > 0)
    console.error(
      `zt: what ${late.join(', ')} recorded last is not in the ledger yet: see ${ztCommand('doctor', name)}`,
    );
  return createLedgerReader({ socketDirectory: record.socketDirectory, port: ports.postgres });
}
