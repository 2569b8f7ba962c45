import { type RunDocker, runDocker } from './run-docker.ts';

/** Gives what the `docker` command line says to this; rejects where it fails. What it complains of is shown. */
export async function askDocker(args: readonly string[], docker: RunDocker = runDocker): Promise<string> {
  const lines: string[] = [];
  const code = await docker(args, { onLine: (line) => lines.push(line) });
  if (code === null) throw new Error('there is no docker command on this machine, or it was ended');
  if (code !== 0) throw new Error(`docker ${args[0]} failed`);
  return lines.join('\n');
}
