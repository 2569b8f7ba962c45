import type { LedgerGap } from './verify-checkpoints.ts';

/** The place of a record: the writer's SPIFFE ID, its spool, and the number in the chain. */
export interface RecordPlace {
  readonly writer: string;
  readonly spool: string;
  readonly sequence: number;
}

/** What is wrong with an export, at the first place where anything is. */
export type LedgerFault =
  | ({ readonly kind: 'changed' | 'removed' | 'moved' | 'cut_off' } & RecordPlace & { readonly detail: string })
  | { readonly kind: 'checkpoint'; readonly number: number; readonly detail: string }
  | { readonly kind: 'file'; readonly detail: string };

/** Ends a verification at the first fault. */
export class LedgerFaultError extends Error {
  override readonly name = 'LedgerFaultError';
  readonly fault: LedgerFault;

  constructor(fault: LedgerFault) {
    super(fault.detail);
    this.fault = fault;
  }
}

/** One sentence for people. */
export function spellFault(fault: LedgerFault): string {
  switch (fault.kind) {
    case 'file':
      return fault.detail;
    case 'checkpoint':
      return `checkpoint ${fault.number}: ${fault.detail}`;
    case 'changed':
    case 'removed':
    case 'moved':
    case 'cut_off':
      return `record ${fault.sequence} of ${fault.writer} (spool ${fault.spool}) was ${words[fault.kind]}: ${fault.detail}`;
  }
}

/** One sentence for people. */
export function spellGap({ writer, spool, first, last }: LedgerGap): string {
  return `records ${first} to ${last} of ${writer} (spool ${spool}) are not kept by the ledger, which says so itself`;
}

const words = { changed: 'changed', removed: 'removed', moved: 'moved', cut_off: 'cut off' } as const;
