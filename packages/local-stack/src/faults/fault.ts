import type { Breakable, DevelopmentServers } from './breakable.ts';

/** A number that a fault takes, as an option of its command. */
export interface FaultAmount {
  readonly option: 'seconds' | 'ms';
  readonly meaning: string;
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

/** For whom, and how much, once both were checked. */
export interface FaultScope {
  /** Null: all of them, or there is nobody to name. */
  readonly workload: string | null;
  /** Zero where the fault takes none. */
  readonly amount: number;
}

/** Something that can be made to go wrong on a running stack: a row of the one table of faults. */
export interface FaultOf<On> {
  readonly name: string;
  readonly workload: 'one' | 'one or all' | 'none';
  readonly amount: FaultAmount | null;
  /** One sentence, for the help too. */
  readonly does: string;
  /** What one sees of it, on the demo's settings: SVIDs and database logins of 60 s, replaced after half of that. */
  readonly shows: string;
  /** How it comes right, and how soon. */
  readonly recovers: string;
  /** The same in a test of one's own: one call of the kit's development servers. */
  readonly call: string;
  begin(on: On, scope: FaultScope): Promise<void> | void;
  /** Null where it is over by itself. */
  readonly lasting: {
    /** Where nobody says for how long; null: until it is mended. */
    readonly usualSeconds: number | null;
    mend(on: On, scope: FaultScope): Promise<void> | void;
  } | null;
}

export type Fault =
  | ({ readonly stack: 'any' } & FaultOf<Breakable>)
  | ({ readonly stack: 'embedded' } & FaultOf<DevelopmentServers>);
