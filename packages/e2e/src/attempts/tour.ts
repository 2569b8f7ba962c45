import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingLine, readTour } from '../tour/read-tour.ts';
import { runStep } from '../tour/run-step.ts';
import type { Attempt } from './attempt.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const scripts = {
  zt: join(root, 'packages/local-stack/src/main.ts'),
  e2e: join(root, 'packages/e2e/src/main.ts'),
};

/** The stack runs before the tour and after it. */
const leftOut = /^npx -y pnpm@12 zt (up|down)\b/;

/** The first tour of the documents, typed as it stands there. */
export const tour: readonly Attempt[] = [
  {
    id: 'tour/first-tour',
    title: 'A newcomer types the commands of `docs/first-tour.md` and sees what the page says',
    from: 'operator',
    to: 'stack',
    method: 'zt',
    fault: 'none',
    expected: { code: 'OK', reasons: [] },
    async run({ stack }) {
      const steps = readTour(await readFile(join(root, 'docs/first-tour.md'), 'utf8'));
      const directory = await mkdtemp(join(tmpdir(), 'zt-tour-'));
      const place = { name: stack.name, directory, scripts };
      const order = { id: '' };
      try {
        for (const { command, shows } of steps.filter((step) => !leftOut.test(step.command))) {
          const output = await runStep(command.replace('<order-id>', order.id), place);
          order.id = /Confirmed: order ([0-9a-f-]{36})/.exec(output)?.[1] ?? order.id;
          const missing = missingLine(shows, output);
          if (missing !== undefined) throw new Error(`${command} does not print "${missing}" but:\n${output}`);
        }
      } finally {
        await rm(directory, { recursive: true });
      }
      return { code: 'OK', reasons: [], message: `${steps.length} commands`, recordedBy: 'the page' };
    },
  },
];
