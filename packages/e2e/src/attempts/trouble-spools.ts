import { type Surroundings, startInSurroundings } from '../surroundings/start-in-surroundings.ts';
import type { Ground, Seen, Trial } from './trouble-trial.ts';

/** Until a spool of the size that a trial's stack is started with is full. */
const untilFullMs = 180_000;

/** Throws where a question was not answered meanwhile. */
async function readsWentOn(_ground: Ground, { answers, failedAt, mendedAt }: Seen): Promise<void> {
  const reads = answers.filter(({ kind, at }) => kind === 'read' && at > failedAt && at < mendedAt);
  const refused = reads.filter(({ code }) => code !== 'OK');
  if (reads.length === 0 || refused.length > 0) throw new Error(`${refused.length} of ${reads.length} reads failed`);
}

/** Where records wait for the ledger. */
export const troublesOfSpools: readonly Trial[] = [
  {
    id: 'trouble/spool-full',
    title: 'The ledger is away until spools are full: what moves money is refused, reads go on',
    part: 'audit',
    expected: { code: '503', reasons: ['record_not_kept'] },
    fail: ({ control }) => control.hold('audit'),
    mend: ({ control }) => control.release('audit'),
    longestMs: untilFullMs,
    check: readsWentOn,
  },
  diskFull(),
];

function diskFull(): Trial {
  let around: Surroundings | null = null;
  return {
    id: 'trouble/disk-full',
    title: "There is no room left for order's records: no order is taken unrecorded",
    part: 'order',
    expected: { code: '503', reasons: [] },
    async prepare({ control }) {
      around = await startInSurroundings(control, 'order');
    },
    fail: async () => around?.fillDisk(true),
    mend: async () => around?.fillDisk(false),
    tidy: async () => around?.close(),
    longestMs: 30_000,
  };
}
