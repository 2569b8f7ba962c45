import { randomUUID } from 'node:crypto';
import { composeLabels } from '@zt/container-engine/labels';
import { askDocker } from './ask-docker.ts';
import { type DockerOptions, type RunDocker, runDocker } from './run-docker.ts';

/** `stopped` has containers or volumes, and does not run. */
export type ProjectState = 'runs' | 'stopped' | 'absent';

/** A stack of containers, driven by the `docker compose` command line as a person would. */
export interface ComposeProject {
  state(): Promise<ProjectState>;
  /** Builds the images and starts everything. Throws where it is not up in the end, and shows what there is of it. */
  up(): Promise<void>;
  /** Runs one of the one-off services. Null is the exit code of what was ended. */
  run(run: OneOffRun): Promise<number | null>;
  /** Removes it, with all that it knows. */
  remove(): Promise<void>;
}

export interface OneOffRun {
  readonly service: string;
  /** A program in the place of the service's own. */
  readonly entrypoint?: string;
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
}

export interface ComposeProjectOptions {
  readonly name: string;
  /** Where the compose file is. */
  readonly directory: string;
  /** The settings that the compose file reads. */
  readonly settings: Readonly<Record<string, string>>;
  /** Ends what is under way, though not a removal. */
  readonly signal: AbortSignal;
  readonly docker?: RunDocker;
}

const orderlySeconds = 10;

export function createComposeProject(options: ComposeProjectOptions): ComposeProject {
  const { name, directory, settings, signal, docker = runDocker } = options;
  const compose = (args: readonly string[], more: DockerOptions = {}): Promise<number | null> =>
    docker(['compose', '--project-name', name, ...args], {
      directory,
      environment: settings,
      ...more,
    });

  /** The ids or names that docker lists. */
  async function listed(what: readonly string[], filters: readonly string[] = []): Promise<string[]> {
    const ours = [`label=${composeLabels.project}=${name}`, ...filters].flatMap((filter) => ['--filter', filter]);
    return (await askDocker([...what, '--quiet', ...ours], docker)).split('\n').filter((id) => id !== '');
  }

  /** Ends containers of one-off services that outlived their command line, in order, since they have to take back things. */
  async function endOneOffs(filter: string): Promise<void> {
    const ids = await listed(['ps', '--all'], [filter]);
    if (ids.length === 0) return;
    const quiet = { isQuiet: true, onLine: () => {} };
    await docker(['stop', '-t', String(orderlySeconds), ...ids], quiet);
    await docker(['rm', '--force', ...ids], quiet);
  }

  return {
    async state() {
      if ((await listed(['ps'], [`label=${composeLabels.service}=gateway`])).length > 0) return 'runs';
      const left = [...(await listed(['ps', '--all'])), ...(await listed(['volume', 'ls']))];
      return left.length > 0 ? 'stopped' : 'absent';
    },
    async up() {
      const code = await compose(['up', '--build', '--wait'], { signal });
      signal.throwIfAborted();
      if (code === 0) return;
      await compose(['ps', '--all']);
      await compose(['logs', '--no-color', '--tail', '20']);
      throw new Error(`the containers of ${name} did not start: see above`);
    },
    async run({ service, entrypoint, args, onLine }) {
      // Other settings than those with which it was started are no reason to start any part of it again.
      const other = entrypoint === undefined ? [] : ['--entrypoint', entrypoint];
      const container = `${name}-${service}-${randomUUID().slice(0, 8)}`;
      const options = ['--rm', '--no-TTY', '--no-deps', '--name', container, ...other];
      try {
        return await compose(['run', ...options, service, ...args], { onLine, signal });
      } finally {
        if (signal.aborted) await endOneOffs(`name=^/?${container}$`);
      }
    },
    async remove() {
      // `down` does not know of them.
      await endOneOffs(`label=${composeLabels.oneOff}=True`);
      // Also after all else was ended by the signal. What was left of a run in a container is in the profile.
      await compose(['--profile', 'story', 'down', '--volumes', '--remove-orphans', '--timeout', '5']);
    },
  };
}
