import type { DecisionRecord } from '@zt/kit/audit';
import { spellWorkload } from '../story/spell.ts';
import { type Replayed, type ReplayOptions, replay } from './replay.ts';

/** What calls along one edge have in common, and one of them to look at. */
export interface ReplayedCalls {
  /** A workload, `users`, or `somebody` who has shown neither a certificate nor a token that is worth anything. */
  readonly caller: string;
  /** `order.v1.OrderService/PlaceOrder` */
  readonly method: string;
  readonly calls: number;
  readonly decisionId: string;
}

export interface Flip extends ReplayedCalls {
  readonly to: 'allowed' | 'refused';
  /** The candidate's reasons, or those that no longer hold. */
  readonly because: readonly string[];
}

export interface Untold extends ReplayedCalls {
  readonly why: string;
}

export interface LeftOut {
  readonly why: string;
  readonly decisions: number;
  readonly decisionId: string;
}

export interface ReplayReport {
  /** Revision of the policy that was tried. */
  readonly candidate: string;
  readonly decisions: number;
  /** Decisions that came out as they are on record, when the policy that made them made them again. */
  readonly reproduced: number;
  /** So many of them about each method that the candidate has a rule for, by its full name. */
  readonly calls: Readonly<Record<string, number>>;
  readonly flips: readonly Flip[];
  readonly untold: readonly Untold[];
  readonly leftOut: readonly LeftOut[];
}

/** Replays records one after the other: what it keeps grows with the edges, never with the decisions. */
export interface Replayer {
  see(record: DecisionRecord): void;
  report(): ReplayReport;
}

export function createReplayer(options: ReplayOptions): Replayer {
  const rows = new Map<string, { readonly record: DecisionRecord; readonly replayed: Replayed; count: number }>();
  const calls = new Map<string, number>();
  let decisions = 0;

  /** The same for whatever is told as one: the first record is the example. */
  function nameOf(record: DecisionRecord, replayed: Replayed): string {
    switch (replayed.kind) {
      case 'same':
        return 'same';
      case 'left out':
        return JSON.stringify(['left out', replayed.why]);
      case 'untold':
        return JSON.stringify(['untold', replayed.why, callerOf(record), record.method]);
      case 'flip':
        return JSON.stringify(['flip', replayed.to, replayed.because, callerOf(record), record.method]);
    }
  }

  return {
    see(record) {
      decisions += 1;
      const replayed = replay(record, options);
      const name = nameOf(record, replayed);
      const row = rows.get(name) ?? { record, replayed, count: 0 };
      row.count += 1;
      rows.set(name, row);
      if (replayed.kind === 'left out' || options.candidate.ruleFor(record.method) === undefined) return;
      calls.set(record.method, (calls.get(record.method) ?? 0) + 1);
    },
    report() {
      const all = [...rows.values()].toSorted((a, b) => b.count - a.count);
      const left = all.flatMap(({ record, replayed, count }) =>
        replayed.kind === 'left out' ? [{ why: replayed.why, decisions: count, decisionId: record.decisionId }] : [],
      );
      return {
        candidate: options.candidate.revision,
        decisions,
        reproduced: decisions - left.reduce((sum, each) => sum + each.decisions, 0),
        calls: Object.fromEntries(calls),
        flips: all.flatMap(({ record, replayed, count }) =>
          replayed.kind === 'flip' ? [{ ...callsOf(record, count), to: replayed.to, because: replayed.because }] : [],
        ),
        untold: all.flatMap(({ record, replayed, count }) =>
          replayed.kind === 'untold' ? [{ ...callsOf(record, count), why: replayed.why }] : [],
        ),
        leftOut: left,
      };
    },
  };
}

function callsOf(record: DecisionRecord, calls: number): ReplayedCalls {
  return { caller: callerOf(record), method: record.method.replace(/^\//, ''), calls, decisionId: record.decisionId };
}

function callerOf({ peer, token }: DecisionRecord): string {
  if (peer !== null) return spellWorkload(peer.spiffeId, { verbose: false });
  return token === null ? 'somebody' : 'users';
}
