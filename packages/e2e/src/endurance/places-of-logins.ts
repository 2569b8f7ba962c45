import { containersOf } from '../compose/containers.ts';
import { type RunDocker, runDocker } from '../compose/run-docker.ts';

const taken = /"login":"([^"]+)".*"database_login_taken"/;

/** Which container took each database login, by the containers' own logs. */
export async function placesOfLogins(
  project: string,
  docker: RunDocker = runDocker,
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  const containers = (await containersOf(project, docker)).filter(({ isRunning }) => isRunning);
  await Promise.all(
    containers.map(async ({ id, name }) => {
      const onLine = (line: string): void => {
        const login = taken.exec(line)?.[1];
        if (login !== undefined) places.set(login, name);
      };
      // What it complained of comes along, and is for nobody here.
      await docker(['logs', id], { onLine, isQuiet: true });
    }),
  );
  return places;
}
