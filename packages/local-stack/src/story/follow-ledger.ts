import { join } from 'node:path';
import { serviceNames } from '@zt/access-graph';
import type { StackDescription } from '@zt/e2e/stack-description';
import { type DecisionRecord, listSpoolFiles } from '@zt/kit/audit';
import { logSize, readLogFrom } from '../supervisor/process-log.ts';

export interface LedgerFollower {
  /** What was recorded since the last time, or since the follower was made. One call at a time. */
  read(): Promise<DecisionRecord[]>;
}

/** Follows the records of all services from now on. */
export async function followLedger(stack: Pick<StackDescription, 'spoolDirectory'>): Promise<LedgerFollower> {
  const listFiles = async () => {
    const segments = await Promise.all(
      serviceNames.map((name) => listSpoolFiles(join(stack.spoolDirectory, name), name)),
    );
    return segments.flat().map(({ path }) => path);
  };
  const offsets = new Map<string, number>();
  for (const file of await listFiles()) offsets.set(file, await logSize(file));

  async function readNew(file: string): Promise<DecisionRecord[]> {
    const offset = offsets.get(file) ?? 0;
    const text = await readLogFrom(file, offset);
    // The last line may be half written at this very moment.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    offsets.set(file, offset + Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as DecisionRecord);
  }

  return { read: async () => (await Promise.all((await listFiles()).map(readNew))).flat() };
}
