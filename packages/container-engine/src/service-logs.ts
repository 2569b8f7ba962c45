import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As stacks of processes have it: readers go on at the start of a file that has become shorter. */
const rotateAboveBytes = 8 * 1024 * 1024;

/** The files in which the logs of services are found. Private: logs name users and orders. */
export interface ServiceLogs {
  /** One text is never mixed with another of the same service. */
  append(service: string, text: Buffer): Promise<void>;
}

/** Begins with empty files. The file before the current one is kept as `<service>.log.1`. */
export async function createServiceLogs(directory: string): Promise<ServiceLogs> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const sizes = new Map<string, number>();
  const latest = new Map<string, Promise<void>>();

  async function append(service: string, text: Buffer): Promise<void> {
    const file = join(directory, `${service}.log`);
    const size = sizes.get(service);
    if (size === undefined) await writeFile(file, text, { mode: 0o600 });
    else {
      if (size + text.length > rotateAboveBytes) await rename(file, `${file}.1`);
      await appendFile(file, text, { mode: 0o600 });
    }
    const isNew = size === undefined || size + text.length > rotateAboveBytes;
    sizes.set(service, (isNew ? 0 : size) + text.length);
  }

  return {
    append(service, text) {
      const done = (latest.get(service) ?? Promise.resolve()).then(() => append(service, text));
      latest.set(
        service,
        done.catch(() => undefined),
      );
      return done;
    },
  };
}
