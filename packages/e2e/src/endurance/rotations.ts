import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was replaced in a while: certificates of workloads, and database logins. */
export interface Rotations {
  readonly svids: number;
  readonly logins: number;
}

/** Counts them in the services' own logs, from one moment up to another (milliseconds). */
export async function rotationsBetween(logsDirectory: string, from: number, to: number): Promise<Rotations> {
  const files = (await readdir(logsDirectory)).filter((file) => file.includes('.log'));
  const texts = await Promise.all(files.map((file) => readFile(join(logsDirectory, file), 'utf8').catch(() => '')));
  const counts = texts.map((text) => countRotations(text, from, to));
  return {
    svids: counts.reduce((sum, { svids }) => sum + svids, 0),
    logins: counts.reduce((sum, { logins }) => sum + logins, 0),
  };
}

export function countRotations(log: string, from: number, to: number): Rotations {
  let svids = 0;
  let logins = 0;
  for (const line of log.split('\n')) {
    const isSvid = line.includes('"svid_received"');
    if (!isSvid && !line.includes('"database_login_taken"')) continue;
    const time = timeOf(line);
    if (!(time >= from && time < to)) continue;
    if (isSvid) svids += 1;
    else logins += 1;
  }
  return { svids, logins };
}

/** NaN for a line that is cut off. */
function timeOf(line: string): number {
  try {
    return Date.parse((JSON.parse(line) as { readonly time: string }).time);
  } catch {
    return Number.NaN;
  }
}
