import { setTimeout as sleep } from 'node:timers/promises';
import type { Parts } from './kill-parts.ts';
import type { StackControl, StackProcess } from './stack-control.ts';

const lookMs = 200;
const patienceMs = 60_000;

/** The processes of a stack whose supervisor starts them again. */
export function createSupervisedParts(control: StackControl): Parts {
  return {
    names: async () => (await control.processes()).map(({ name }) => name),
    async kill(part) {
      const { restarts } = await control.untilRunning(part);
      const at = Date.now();
      // By its supervisor: two parts of the embedded stack are inside of it, and have its own id.
      await control.hold(part);
      await control.release(part);
      return { part, at, backAfterMs: await untilBack(control, { name: part, restarts }, at) };
    },
  };
}

async function untilBack(
  control: StackControl,
  { name, restarts }: Pick<StackProcess, 'name' | 'restarts'>,
  killedAt: number,
): Promise<number | null> {
  while (Date.now() - killedAt < patienceMs) {
    const now = (await control.processes()).find((each) => each.name === name);
    if (now?.running === true && now.restarts > restarts) return Date.now() - killedAt;
    await sleep(lookMs);
  }
  return null;
}
