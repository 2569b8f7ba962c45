import { containersOf } from '../compose/containers.ts';
import { type RunDocker, runDocker } from '../compose/run-docker.ts';

const received = /"event":"svid_received".*"serialNumber":"([^"]+)"/;

/** Which container has had the certificate of each serial number, by the containers' own logs. */
export async function placesOfCopies(
  project: string,
  docker: RunDocker = runDocker,
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  const containers = (await containersOf(project, docker)).filter(({ isRunning }) => isRunning);
  await Promise.all(
    containers.map(async ({ id, name }) => {
      const onLine = (line: string): void => {
        const serial = received.exec(line)?.[1];
        if (serial !== undefined) places.set(serial, name);
      };
      // What it complained of comes along, and is for nobody here.
      await docker(['logs', id], { onLine, isQuiet: true });
    }),
  );
  return places;
}
