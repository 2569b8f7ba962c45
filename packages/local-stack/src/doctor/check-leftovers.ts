import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceNames } from '@zt/access-graph';
import { isSpoolTaken, spoolLockFile } from '@zt/kit/audit';
import type { ExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Services that go on writing records although their supervisor is gone: the next start would find its spools taken. */
export async function checkLeftovers({ stateDirectory, status }: ExaminedStack): Promise<Finding[]> {
  if (status !== null) return [];
  const findings: Finding[] = [];
  for (const name of serviceNames) {
    const directory = join(stateDirectory, 'spool', name);
    if (!isSpoolTaken(directory, name)) continue;
    const pid = await holderOf(spoolLockFile(directory, name));
    const todo = pid === null ? 'end the process that writes its spool' : `end it with kill ${pid}`;
    findings.push({ subject: name, what: 'still runs, without a supervisor', since: null, todo });
  }
  return findings;
}

/** Who has a file locked, as Linux tells; null where nobody tells. */
async function holderOf(file: string): Promise<number | null> {
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  const { ino } = await stat(file);
  // `1: POSIX  ADVISORY  WRITE 4711 fe:01:131 1073741824 1073742335`, where 131 is the file.
  const pid = new RegExp(`\\b(\\d+) [0-9a-f]+:[0-9a-f]+:${ino} `).exec(locks)?.[1];
  return pid === undefined ? null : Number(pid);
}
