import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { stackNameFor } from '../stack-kind.ts';
import { type ComposeProject, createComposeProject } from './compose-project.ts';
import type { RunDocker } from './run-docker.ts';
import { whyNoContainers } from './why-no-containers.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

export interface WantedProject {
  /** What it is started for, after which it is named where nobody chose a name. */
  readonly purpose: string;
  readonly name: string | undefined;
  /** Ends what is under way; what was started is removed all the same. */
  readonly signal: AbortSignal;
  readonly docker?: RunDocker;
}

export interface UsedProject {
  readonly name: string;
  readonly project: ComposeProject;
  readonly release: () => Promise<void>;
}

/**
 * The compose project of that name: the one that runs, or one that is started for this run and removed after it, with short
 * lives, and a port of its own beside that of any other. Throws where no containers can run here, where they don't start,
 * and where something is kept under a chosen name that does not run: it would be lost.
 */
export async function useComposeProject({ purpose, name, signal, docker }: WantedProject): Promise<UsedProject> {
  const why = await whyNoContainers(docker);
  if (why !== null) throw new Error(`${why}: use --stack native or --stack embedded`);
  const used = name ?? stackNameFor(purpose, 'compose');
  const project = createComposeProject({
    name: used,
    directory: root,
    settings: { ZT_SVID_TTL: '30', ZT_DATABASE_LOGIN_TTL: '20', ZT_GATEWAY_PORT: String(await getPort()) },
    signal,
    ...(docker === undefined ? {} : { docker }),
  });
  const state = await project.state();
  if (state === 'runs') return { name: used, project, release: async () => {} };
  if (state === 'stopped') {
    if (name !== undefined) throw new Error(whatToDoWith(name));
    // An earlier run was ended before it could do so.
    await project.remove();
  }
  try {
    await project.up();
  } catch (error) {
    await project.remove();
    throw error;
  }
  return { name: used, project, release: project.remove };
}

function whatToDoWith(name: string): string {
  const compose = `docker compose --project-name ${name}`;
  return `the containers of ${name} do not run: start them with ${compose} up --wait, or remove them and all that they know with ${compose} down --volumes`;
}
