import { writeFile } from 'node:fs/promises';
import { useStack } from '../use-stack.ts';
import { attacks } from './attacks.ts';
import { type AbuseOptions, createCommandLine } from './command-line.ts';
import { type Abused, isSound, runAbuse } from './run-abuse.ts';
import { showAbused, showAbuses } from './show-abuse.ts';

async function run({ stack: kind, name, seconds, only, list, report }: AbuseOptions): Promise<void> {
  const chosen = attacks.filter(({ id }) => id.startsWith(only));
  if (list) {
    for (const { id, title } of chosen) console.log(`${id}  somebody ${title}`);
    return;
  }
  const { stack, release } = await useStack({ purpose: 'abuse', name, kind, userIssuer: 'own' });
  const all: Abused[] = [];
  try {
    await runAbuse(stack, chosen, seconds * 1_000, (abused) => {
      all.push(abused);
      if (report !== '-') console.log(showAbused(abused));
    });
  } finally {
    await release();
  }
  await conclude(all, report);
  process.exitCode = all.length > 0 && all.every(isSound) ? 0 : 1;
}

async function conclude(all: readonly Abused[], report: string | undefined): Promise<void> {
  if (report === '-') console.log(JSON.stringify(all));
  else {
    if (report !== undefined) await writeFile(report, `${JSON.stringify(all, null, 2)}\n`);
    console.log(`\n${showAbuses(all)}`);
  }
}

await createCommandLine(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`abuse: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
