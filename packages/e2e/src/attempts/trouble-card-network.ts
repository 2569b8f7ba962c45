import { createCardNetworkAdmin, type Fault } from '@zt/card-network/admin';
import type { Ground, Trial } from './trouble-trial.ts';

const shortlyMs = 15_000;

const network = ({ world }: Ground) => createCardNetworkAdmin(world.stack.cardNetwork.admin);

const faults: readonly { readonly id: string; readonly title: string; readonly fault: Fault }[] = [
  {
    id: 'slow',
    title: 'The card network takes longer than anybody waits',
    fault: { kind: 'slow', ms: 4_000 },
  },
  {
    id: 'hangs',
    title: 'The card network takes connections and answers nothing',
    fault: { kind: 'hang' },
  },
  {
    id: 'wrong',
    title: 'The card network does what it is asked for, and its answers are none',
    fault: { kind: 'wrong body' },
  },
  {
    id: 'loses-answers',
    title: 'The card network does what it is asked for, and its answers get lost',
    fault: { kind: 'lost answer' },
  },
  {
    id: 'failing',
    title: 'The card network answers that it is out of order',
    fault: { kind: 'error' },
  },
];

const wrong: readonly Trial[] = faults.map(({ id, title, fault }) => ({
  id: `trouble/card-network-${id}`,
  title: `${title}: customers are told in time, and nobody is charged twice`,
  part: 'card-network',
  expected: { code: '503', reasons: [] },
  fail: (ground) => network(ground).setFault(fault),
  mend: (ground) => network(ground).setFault({ kind: 'none' }),
  longestMs: shortlyMs,
}));

const gone: Trial = {
  id: 'trouble/card-network-gone',
  title: 'The card network is killed and stays away: customers are told in time, and nobody is charged twice',
  part: 'card-network',
  expected: { code: '503', reasons: [] },
  fail: ({ control }) => control.hold('card-network'),
  mend: ({ control }) => control.release('card-network'),
  longestMs: shortlyMs,
};

/** The third party that payment depends on. */
export const troublesOfCardNetwork: readonly Trial[] = [...wrong, gone];
