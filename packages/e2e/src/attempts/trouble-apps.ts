import type { ServiceName } from '@zt/access-graph';
import type { Ground, Trial } from './trouble-trial.ts';

const shortlyMs = 15_000;

/** What customers see while an app that every order needs is away; null where they see nothing. */
const seenWithout: Readonly<Partial<Record<ServiceName, string | null>>> = {
  gateway: 'ECONNREFUSED',
  order: '503',
  inventory: '503',
  payment: '503',
  identity: '503',
  audit: null,
};

const gone: readonly Trial[] = Object.entries(seenWithout).map(([app, code]) => ({
  id: `trouble/${app}-killed`,
  title: `${app} is killed in the middle of orders and stays away for a while: nothing of them is lost`,
  part: app,
  expected: { code: code ?? 'OK', reasons: [] },
  fail: ({ control }: Ground) => control.hold(app),
  mend: ({ control }: Ground) => control.release(app),
  longestMs: shortlyMs,
}));

/** Without tokens a call is refused before anybody waits for it. */
const seenWhileHanging = { order: '504', inventory: '504', payment: '504', identity: '503' } as const;

const hanging: readonly Trial[] = Object.entries(seenWhileHanging).map(([app, code]) => ({
  id: `trouble/${app}-hangs`,
  title: `${app} takes connections and answers nothing: customers are told in time`,
  part: app,
  expected: { code, reasons: [] },
  fail: ({ signal }: Ground) => signal(app, 'SIGSTOP'),
  mend: ({ signal }: Ground) => signal(app, 'SIGCONT'),
  longestMs: shortlyMs,
}));

/** The apps themselves. */
export const troublesOfApps: readonly Trial[] = [...gone, ...hanging];
