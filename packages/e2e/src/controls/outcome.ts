import type { Evidence, Verdict } from '../attempts/index.ts';
import { inWords } from '../report.ts';

/** What came of a path while a control was off. */
export type Outcome =
  /** The same as with it. */
  | { readonly kind: 'held' }
  /** It was let in: nothing else stops it. */
  | { readonly kind: 'through'; readonly as: string }
  /** Refused, but not for the same: by what is behind the control. */
  | { readonly kind: 'stopped'; readonly by: string }
  /** Nothing can be said of the control: an allowed path did not work, or one could not be tried. */
  | { readonly kind: 'failed'; readonly why: string };

/** What is answered to somebody whom a control refuses; all else is the answer to a call that was let in. */
const refusing: ReadonlySet<string> = new Set([
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'UNAUTHENTICATED', 'UNAVAILABLE'],
  ...['401', '403', '413', '415', '429', '503', '28000', 'identity_unavailable'],
]);

/** Whether a path was let in is seen from the reasons that were recorded and, where there are none, from the answer. */
export function outcomeOf(expected: Verdict, evidence: Evidence): Outcome {
  const isSame = inWords(expected) === inWords(evidence);
  if (isSame && evidence.recordedBy !== null) return { kind: 'held' };
  if (expected.code === 'OK') return { kind: 'failed', why: `an allowed path came to ${inWords(evidence)}` };
  // Refused as ever, but told why, which is what it was to be kept from.
  if (evidence.code.startsWith('message tells')) return { kind: 'through', as: 'told why' };
  if (evidence.reasons.length > 0) return { kind: 'stopped', by: evidence.reasons.toSorted().join(', ') };
  if (refusing.has(evidence.code)) return { kind: 'stopped', by: evidence.code };
  return { kind: 'through', as: evidence.code };
}

/** Attempts assert that the handler did not run: where it did, the path got through. */
export function outcomeOfError(error: unknown): Outcome {
  const why = error instanceof Error ? error.message : String(error);
  return why.startsWith('the handler ran') ? { kind: 'through', as: 'OK' } : { kind: 'failed', why };
}
