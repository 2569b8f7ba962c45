import { composeLabels } from '@zt/container-engine/labels';
import { containersOf } from '../compose/containers.ts';
import { type RunDocker, runDocker } from '../compose/run-docker.ts';

/** What happened to containers in a while. */
export interface Mishaps {
  /** How often the engine started each again; only those of which it did. */
  readonly restarts: Readonly<Record<string, number>>;
  /** In which of them something was killed because it took more memory than its limit. */
  readonly outOfMemory: readonly string[];
}

/**
 * Watches the containers of a project from now on, until it is asked what happened. The engine forgets what happened within
 * seconds, so somebody has to listen.
 */
export async function watchMishaps(project: string, docker: RunDocker = runDocker): Promise<() => Promise<Mishaps>> {
  const before = new Map((await containersOf(project, docker)).map(({ id, restarts }) => [id, restarts]));
  const outOfMemory = new Set<string>();
  const ended = new AbortController();
  const filters = ['--filter', 'event=oom', '--filter', `label=${composeLabels.project}=${project}`];
  const listening = docker(['events', ...filters, '--format', '{{.Actor.Attributes.name}}'], {
    onLine: (name) => outOfMemory.add(name),
    signal: ended.signal,
  });
  return async () => {
    ended.abort();
    await listening;
    const counts = (await containersOf(project, docker)).map(
      ({ id, name, restarts }) => [name, restarts - (before.get(id) ?? 0)] as const,
    );
    return {
      restarts: Object.fromEntries(counts.filter(([, count]) => count > 0)),
      outOfMemory: [...outOfMemory],
    };
  };
}
