import { createEngineClient, followLogs } from '@zt/container-engine';

/** What those know whom this process starts: one copy of the logs is enough for all. */
const mark = 'ZT_LOGS_FOLLOWED';

/**
 * Has what all containers of the enclosing stack say written to files, as processes of a machine have it. Settles when all
 * that was said so far is there.
 */
export async function followEnclosingLogs(
  engineSocket: string,
  logsDirectory: string,
): Promise<{ close(): Promise<void> }> {
  if (process.env[mark] !== undefined) return { close: async () => {} };
  const follower = await followLogs(createEngineClient(engineSocket), logsDirectory);
  process.env[mark] = '1';
  return follower;
}
