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

export function createComposeProject(options: ComposeProjectOptions): ComposeProject {
  const { name, directory, settings, signal, docker = runDocker } = options;
  const compose = (args: readonly string[], more: DockerOptions = {}): Promise<number | null> =>
    docker(['compose', '--project-name', name, ...args], {
      directory,
      environment: settings,
      ...more,
    });

  /** Whether docker lists anything. */
  async function lists(what: readonly string[], filters: readonly string[]): Promise<boolean> {
    const ours = [`label=${composeLabels.project}=${name}`, ...filters].flatMap((filter) => ['--filter', filter]);
    return (await askDocker([...what, '--quiet', ...ours], docker)) !== '';
  }

  return {
    async state() {
      if (await lists(['ps'], [`label=${composeLabels.service}=gateway`])) return 'runs';
      const isThere = (await lists(['ps', '--all'], [])) || (await lists(['volume', 'ls'], []));
      return isThere ? 'stopped' : 'absent';
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
      return await compose(['run', '--rm', '--no-TTY', '--no-deps', ...other, service, ...args], { onLine, signal });
    },
    async remove() {
      // Also after all else was ended by the signal. What was left of a run in a container is in the profile.
      await compose(['--profile', 'story', 'down', '--volumes', '--remove-orphans', '--timeout', '5']);
    },
  };
}
