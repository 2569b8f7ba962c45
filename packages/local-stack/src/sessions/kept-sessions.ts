import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';

const keptSession = z.object({
  user: z.string(),
  issuer: z.string(),
  /** A secret, which works once. */
  refreshToken: z.string(),
  loggedInAt: z.iso.datetime(),
});
export type KeptSession = z.infer<typeof keptSession>;

/** Who is logged in at the command line of one stack: a file of mode 0600 per user, below `.zt/<name>`. */
export interface KeptSessions {
  users(): Promise<string[]>;
  /** Null where the user is not logged in. */
  read(user: string): Promise<KeptSession | null>;
  write(session: KeptSession): Promise<void>;
  remove(user: string): Promise<void>;
  /** Two commands at once must not both use a refresh token: to the provider the second one is a thief. */
  alone<Result>(user: string, work: () => Promise<Result>): Promise<Result>;
}

/** For ten seconds: whoever is at it asks the provider once. */
const retrying = { retries: 100, factor: 1, minTimeout: 100, maxTimeout: 100 };

const userName = /^[a-z][a-z0-9._-]{0,62}$/;

export function createKeptSessions(stateDirectory: string): KeptSessions {
  const directory = join(stateDirectory, 'sessions');

  function fileOf(user: string): string {
    if (!userName.test(user)) throw new TypeError('that is no name of a user');
    return join(directory, `${user}.json`);
  }

  return {
    async users() {
      const files = await readdir(directory).catch(() => []);
      return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
    },
    async read(user) {
      try {
        return keptSession.parse(JSON.parse(await readFile(fileOf(user), 'utf8')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async write(session) {
      const file = fileOf(session.user);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFile(`${file}.new`, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
    remove: (user) => rm(fileOf(user), { force: true }),
    async alone(user, work) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const lockfilePath = `${fileOf(user)}.lock`;
      const release = await lock(directory, { lockfilePath, stale: 20_000, retries: retrying });
      try {
        return await work();
      } finally {
        await release();
      }
    },
  };
}
