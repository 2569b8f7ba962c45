import { parseExport } from './ledger-export.ts';
import { type LedgerFault, LedgerFaultError } from './ledger-fault.ts';
import { verifyChains } from './verify-chains.ts';
import { type CheckpointTrust, type LedgerGap, verifyCheckpoints } from './verify-checkpoints.ts';

export type LedgerVerdict =
  | {
      readonly kind: 'intact';
      readonly records: number;
      readonly chains: number;
      readonly checkpoints: number;
      /** When the last checkpoint was signed, RFC 3339: who cuts off later ones, with their records, is not found out. */
      readonly signedAt: string;
      /** Records that no checkpoint vouches for yet. */
      readonly unsigned: number;
      /** Records that the ledger lacks and says so: it lost them, or never got them. */
      readonly gaps: readonly LedgerGap[];
    }
  | { readonly kind: 'faulty'; readonly fault: LedgerFault };

/** Verifies an export with nothing but the trust bundle: no network, no clock. Throws where the text is no export. */
export async function verifyLedger(text: string, trust: CheckpointTrust): Promise<LedgerVerdict> {
  const { checkpoints: statements, lines, isCutOff } = parseExport(text);
  try {
    const checkpoints = await verifyCheckpoints(statements, trust);
    const last = checkpoints.at(-1);
    if (last === undefined) throw fileFault('nothing in it is signed: it has no checkpoint');
    const { chains, unsigned, gaps } = verifyChains(lines, checkpoints);
    if (isCutOff) throw fileFault('the file is cut off within its last line');
    return {
      kind: 'intact',
      records: lines.length,
      chains,
      checkpoints: checkpoints.length,
      signedAt: last.time,
      unsigned,
      gaps,
    };
  } catch (error) {
    if (error instanceof LedgerFaultError) return { kind: 'faulty', fault: error.fault };
    throw error;
  }
}

function fileFault(detail: string): LedgerFaultError {
  return new LedgerFaultError({ kind: 'file', detail });
}
