import { join } from 'node:path';
import { serviceNames } from '@zt/access-graph';
import { readBacklog } from '@zt/kit/audit';
import type { ExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Records are gathered for half a second and sent; what waits for longer than this cannot be sent. */
const longestWaitMs = 15_000;
/** What a service takes before it refuses to move money or stock, where nothing else is set. */
const usualLimitBytes = 256 * 1024 * 1024;

/** Records that wait for the ledger. They are safe on disk, and go there by themselves once it can be reached. */
export async function checkSpools(
  { stateDirectory, record, now, status, start, command }: Omit<ExaminedStack, 'ports' | 'kind'>,
  spoolDirectory = join(stateDirectory, 'spool'),
): Promise<Finding[]> {
  const limitBytes = record?.settings.spoolLimitBytes ?? usualLimitBytes;
  const found = await Promise.all(
    serviceNames.map(async (name): Promise<Finding[]> => {
      const directory = join(spoolDirectory, name);
      const { records, bytes, oldest, isStuck } = await readBacklog(directory, name);
      if (isStuck) return [damaged(name, records, oldest, directory)];
      if (records === 0 || oldest === null || now.getTime() - Date.parse(oldest) < longestWaitMs) return [];
      const isFull = bytes >= limitBytes;
      const what = `has ${records} records (${size(bytes)}) that wait for the ledger`;
      const todo =
        status === null
          ? `nothing: they are sent when the stack runs again (${start})`
          : `see whether audit runs (${command('status')}) and why it takes none: ${command('logs audit')}`;
      return [
        {
          subject: name,
          what: isFull ? `${what}: it is full, and money and stock are not moved` : what,
          since: oldest,
          todo,
        },
      ];
    }),
  );
  return found.flat();
}

function damaged(name: string, records: number, since: string | null, directory: string): Finding {
  return {
    subject: name,
    what: `has ${records} records that wait, and the first is none that can be read: its file was damaged, and none is sent`,
    since,
    todo: `put ${directory} aside, as evidence, and start ${name} again: it goes on with a new one`,
  };
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
