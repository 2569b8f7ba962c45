import { expect, test } from 'vitest';
import type { OneOffRun } from '../compose/compose-project.ts';
import type { EnduranceOptions } from './command-line.ts';
import type { EnduranceReport } from './endurance-report.ts';
import { ordersFlow } from './run-endurance.ts';
import { runOnContainers } from './run-on-containers.ts';
import { fakeEngine } from './testing/fake-engine.ts';

const options: EnduranceOptions = { minutes: 1, concurrency: 2, kill: false, patient: true, rotateApiKey: false };
const copy = { service: 'order', spool: 'a630af42', calls: 3, serials: ['0A'], logins: ['v-order-1'] };
const inside: Partial<EnduranceReport> = { stack: 'compose', minutes: [], kills: [], copies: [copy] };

/** A project whose container says these lines. */
function usedProject(...lines: readonly string[]) {
  const asked: (readonly string[])[] = [];
  async function run({ entrypoint = '', args, onLine }: OneOffRun): Promise<number> {
    asked.push([entrypoint, ...args]);
    for (const line of lines) onLine(line);
    return 0;
  }
  const nothing = async (): Promise<never> => expect.fail('nobody should ask for this');
  return { asked, used: { name: 'shop', project: { run, state: nothing, up: nothing, remove: nothing } } };
}

test('Orders flow in a container, and its report is completed with what is seen from outside', async () => {
  const said: string[] = [];
  const { asked, used } = usedProject(ordersFlow, 'minute 1', JSON.stringify(inside));
  const progress = { onKill: () => {}, onLine: (line: string) => said.push(line) };
  const report = await runOnContainers(used, options, progress, fakeEngine().docker);
  expect(asked).toEqual([
    [
      'node',
      'packages/e2e/src/endurance/main.ts',
      '--minutes',
      '1',
      '--concurrency',
      '2',
      '--report',
      '-',
      '--patient',
    ],
  ]);
  expect(said).toEqual([ordersFlow, 'minute 1']);
  expect(report).toMatchObject({
    stack: 'shop',
    mishaps: { restarts: {}, outOfMemory: ['shop-order-1'] },
    copies: [{ ...copy, place: 'shop-order-1' }],
  });
});

test('A run that ended without a report is an error, and nobody goes on listening to the engine', async () => {
  const { docker, listeners } = fakeEngine();
  const progress = { onKill: () => {}, onLine: () => {} };
  await expect(runOnContainers(usedProject('endurance: oh no').used, options, progress, docker)).rejects.toThrow(
    'ended without a report',
  );
  expect(listeners()).toBe(0);
});
