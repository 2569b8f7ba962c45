import { type RunDocker, runDocker } from './run-docker.ts';

const patienceMs = 5_000;

/** Why no stack of containers can run here, in a few words; null where one can. */
export async function whyNoContainers(docker: RunDocker = runDocker): Promise<string | null> {
  const engine = await answerOf(docker, ['version', '--format', '{{.Server.Version}}']);
  if (engine === null) return 'no Docker engine answers here';
  const compose = await answerOf(docker, ['compose', 'version', '--short']);
  if (compose === null || !/^v?([2-9]|\d\d)\./.test(compose)) return 'docker compose of version 2 or later is not here';
  return null;
}

async function answerOf(docker: RunDocker, args: readonly string[]): Promise<string | null> {
  let answer: string | null = null;
  const code = await docker(args, {
    isQuiet: true,
    signal: AbortSignal.timeout(patienceMs),
    onLine: (line) => {
      answer ??= line;
    },
  });
  return code === 0 ? answer : null;
}
