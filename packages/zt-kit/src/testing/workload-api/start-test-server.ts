import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentAuthority, type DevelopmentAuthority } from './development-authority.ts';
import type { DevelopmentLogLine } from './development-log.ts';
import { type DevelopmentWorkloadApi, startDevelopmentWorkloadApi } from './development-workload-api.ts';

export interface TestServer {
  readonly authority: DevelopmentAuthority;
  readonly api: DevelopmentWorkloadApi;
  readonly log: readonly DevelopmentLogLine[];
  close(): Promise<void>;
}

/** A development Workload API of `zt.example` in a folder of its own, for a test. */
export async function startTestServer(svidTtlSeconds = 600): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-workload-api-'));
  const authority = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds });
  const log: DevelopmentLogLine[] = [];
  const api = await startDevelopmentWorkloadApi({ authority, directory, log: (line) => log.push(line) });
  return {
    authority,
    api,
    log,
    async close() {
      await api.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
