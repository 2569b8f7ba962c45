import { z } from 'zod';
import type { Breakable, DevelopmentServers } from './breakable.ts';
import type { FaultOf, FaultScope } from './fault.ts';
import { type CheckedFault, checkFault, type FaultRequest } from './fault-request.ts';

/** A fault that lasts, and until when; null: until it is mended. */
export const faultInForce = z.object({
  fault: z.string(),
  workload: z.string().nullable(),
  until: z.iso.datetime().nullable(),
});
export type FaultInForce = z.infer<typeof faultInForce>;

export function spellFaultInForce({ fault, workload, until }: FaultInForce): string {
  return `${workload === null ? fault : `${fault} ${workload}`}${until === null ? '' : ` until ${until}`}`;
}

/** Breaks parts of a running stack on command, and knows what is broken. */
export interface FaultsInForce {
  /** Settles when it is broken. Rejects with an error for people where that can't be. */
  begin(request: FaultRequest): Promise<FaultInForce>;
  /** Mends all that lasts, and gives what that was. Rejects where some of it can't be mended; that stays in force. */
  mend(): Promise<readonly FaultInForce[]>;
  list(): readonly FaultInForce[];
  /** Mends what it can, so that nothing holds up the stack's end. */
  close(): Promise<void>;
}

interface Entry {
  readonly told: FaultInForce;
  readonly lasting: CheckedFault['fault']['lasting'];
  readonly mend: () => Promise<void> | void;
  readonly timer: NodeJS.Timeout | null;
}

/** `report` is told of each fault as it begins and ends, so that nobody takes one for a failure of the stack's. */
export function createFaultsInForce(breakable: Breakable, report: (message: string) => void): FaultsInForce {
  const inForce = new Map<string, Entry>();
  /** One after the other: a roll takes its time, and mending must not meet what is only half broken. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function begin(checked: CheckedFault): Promise<FaultInForce> {
    const { fault, scope, forSeconds } = checked;
    const { begin: breakIt, mend } = actionsOf(checked, breakable);
    const key = `${fault.name} ${scope.workload ?? ''}`.trim();
    try {
      await breakIt();
    } catch (error) {
      // What is half broken is not in force, so that nobody would mend it later.
      if (!inForce.has(key)) await (async () => mend?.())().catch(() => undefined);
      throw error;
    }
    const until =
      forSeconds === null || forSeconds === 0 ? null : new Date(Date.now() + forSeconds * 1_000).toISOString();
    const told = { fault: fault.name, workload: scope.workload, until };
    report(`fault ${key}: ${fault.does}${mend === null || forSeconds === 0 ? '' : `, ${untilOf(forSeconds)}`}`);
    if (mend === null) return told;
    clearTimer(inForce.get(key));
    const end = () => void inTurn(() => mendOne(key)).catch((error: Error) => report(error.message));
    const timer = forSeconds === null || forSeconds === 0 ? null : setTimeout(end, forSeconds * 1_000);
    inForce.set(key, { told, lasting: fault.lasting, mend, timer });
    if (forSeconds === 0) await mendOne(key);
    return told;
  }

  async function mendOne(key: string): Promise<void> {
    const entry = inForce.get(key);
    if (entry === undefined) return;
    clearTimer(entry);
    try {
      await entry.mend();
    } catch (error) {
      throw new Error(`fault ${key} could not be mended: ${error instanceof Error ? error.message : 'failed'}`);
    }
    for (const [each, other] of inForce) {
      if (other !== entry && !isMendedWith(other, entry)) continue;
      clearTimer(other);
      inForce.delete(each);
      report(`fault ${each}: mended`);
    }
  }

  return {
    begin: (request) => inTurn(async () => begin(checkFault(request))),
    mend: () =>
      inTurn(async () => {
        const entries = [...inForce];
        const results = await Promise.allSettled(entries.map(([key]) => mendOne(key)));
        const failed = results.find((result) => result.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
        return entries.map(([, { told }]) => told);
      }),
    list: () => [...inForce.values()].map(({ told }) => told),
    async close() {
      await Promise.allSettled([...inForce.keys()].map(mendOne));
    },
  };
}

/** Some have the same way of being mended, which ends all of them at once. */
function isMendedWith(other: Entry, { lasting, told: { workload } }: Entry): boolean {
  return other.lasting === lasting && (workload === null || workload === other.told.workload);
}

interface Actions {
  readonly begin: () => Promise<void> | void;
  readonly mend: (() => Promise<void> | void) | null;
}

/** Throws an error for people where the stack does not have what the fault breaks. */
function actionsOf({ fault, scope }: CheckedFault, breakable: Breakable): Actions {
  switch (fault.stack) {
    case 'any':
      return actions(fault, breakable, scope);
    case 'embedded': {
      const development = breakable.development();
      if (development === null) {
        throw new Error(`${fault.name} needs a stack started with --stack embedded: this one runs SPIRE and Vault`);
      }
      requireWorkload(scope.workload, development);
      return actions(fault, development, scope);
    }
  }
}

function actions<On>(fault: FaultOf<On>, on: On, scope: FaultScope): Actions {
  const { lasting } = fault;
  return {
    begin: () => fault.begin(on, scope),
    mend: lasting === null ? null : () => lasting.mend(on, scope),
  };
}

function requireWorkload(workload: string | null, { workloads }: DevelopmentServers): void {
  if (workload === null || workloads.includes(workload)) return;
  throw new Error(`there is no workload ${workload}: there are ${workloads.join(', ')}`);
}

function untilOf(forSeconds: number | null): string {
  return forSeconds === null ? 'until it is mended' : `for ${forSeconds} s`;
}

function clearTimer(entry: Entry | undefined): void {
  if (entry?.timer) clearTimeout(entry.timer);
}
