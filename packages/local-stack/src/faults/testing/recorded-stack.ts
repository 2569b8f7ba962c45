import type { Breakable, DevelopmentServers } from '../breakable.ts';

/** A stack that writes down what is done to it, and does nothing. */
export interface RecordedStack extends Breakable {
  readonly calls: string[];
}

export function createRecordedStack(kind: 'embedded' | 'native'): RecordedStack {
  const calls: string[] = [];
  const record =
    (what: string) =>
    (...given: unknown[]): void =>
      void calls.push([what, ...given.filter((value) => value !== undefined)].join(' '));
  const later =
    (what: string) =>
    async (...given: unknown[]) =>
      record(what)(...given);
  const development: DevelopmentServers = {
    workloads: ['gateway', 'order'],
    authority: { skewClock: record('skewClock') },
    workloadApi: {
      rotate: later('rotate'),
      issueShortLived: later('issueShortLived'),
      withdraw: record('withdraw'),
      hang: record('hang'),
      halfAMessage: record('halfAMessage'),
      answerSlowly: record('answerSlowly'),
      mend: later('mend'),
    },
    vault: {
      async revokeLeases(role) {
        record('revokeLeases')(role);
        return 1;
      },
      answerSlowly: record('vault answerSlowly'),
      mend: record('vault mend'),
    },
    registerAgain: later('registerAgain'),
  };
  return {
    calls,
    development: () => (kind === 'embedded' ? development : null),
    rollAuthority: later('rollAuthority'),
    revokeTainted: later('revokeTainted'),
    workloadApiProcess: () => 'workload-api',
    sealVault: later('sealVault'),
    hold: record('hold'),
    release: record('release'),
  };
}
