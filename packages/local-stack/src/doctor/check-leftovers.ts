import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { appNames } from '../stack/app-environment.ts';
import type { ExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** A service renews the lock of its spool more often than that. */
const freshMs = 5_000;

const holder = z.object({ pid: z.int() });

/** Services that go on writing records although their supervisor is gone: the next start would find its spools taken. */
export async function checkLeftovers({ stateDirectory, status, now }: ExaminedStack): Promise<Finding[]> {
  if (status !== null) return [];
  const findings: Finding[] = [];
  for (const name of appNames) {
    const directory = join(stateDirectory, 'spool', name);
    const renewedAt = await stat(join(directory, `${name}.lock`)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (now.getTime() - renewedAt > freshMs) continue;
    const pid = await readFile(join(directory, `${name}.holder.json`), 'utf8').then(
      (text) => holder.safeParse(JSON.parse(text)).data?.pid ?? null,
      () => null,
    );
    const todo = pid === null ? 'end the process that writes its spool' : `end it with kill ${pid}`;
    findings.push({ subject: name, what: 'still runs, without a supervisor', since: null, todo });
  }
  return findings;
}
