import { createLedgerReader, type LedgerReader } from '../ledger/read-ledger.ts';
import { readPorts } from '../stack/choose-ports.ts';
import { requireRunningStack } from './running-stack.ts';

/** The ledger of the stack of this name. Throws with what to do where it does not run. */
export async function ledgerOfRunningStack(name: string): Promise<LedgerReader> {
  const { stateDirectory, record } = await requireRunningStack(name);
  const ports = await readPorts(stateDirectory);
  if (ports === null) throw new Error(`the stack ${name} has not written down its ports: start it again`);
  return createLedgerReader({ socketDirectory: record.socketDirectory, port: ports.postgres });
}
