import { type Surroundings, startInSurroundings } from '../surroundings/start-in-surroundings.ts';
import type { Trial } from './trouble-trial.ts';

const fiveMinutes = 300;

/** The clock of one service is put by this many seconds, and back to the right time. */
function putBy(seconds: number, trial: Pick<Trial, 'id' | 'title' | 'expected'>): Trial {
  let around: Surroundings | null = null;
  return {
    ...trial,
    part: 'order',
    async prepare({ control }) {
      around = await startInSurroundings(control, 'order');
    },
    fail: async () => around?.putClockBy(seconds),
    mend: async () => around?.putClockBy(0),
    tidy: async () => around?.close(),
    longestMs: 60_000,
  };
}

/** Clocks that are wrong. */
export const troublesOfClocks: readonly Trial[] = [
  putBy(fiveMinutes, {
    id: 'trouble/clock-forward',
    title: "order's clock is put forward by five minutes, and back: certificates and tokens are over for it",
    expected: { code: '403', reasons: ['peer_certificate_expired', 'token_expired'] },
  }),
  putBy(-fiveMinutes, {
    id: 'trouble/clock-back',
    title: "order's clock is put back by five minutes, and forward again: nothing that it is shown is valid yet",
    expected: { code: '403', reasons: ['token_not_yet_valid'] },
  }),
];
