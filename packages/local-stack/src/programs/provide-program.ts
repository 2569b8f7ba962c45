import { join } from 'node:path';
import { locateProgram } from './find-program.ts';
import { buildWithGo, goIsInstalled } from './go-build.ts';
import type { PinnedProgram } from './pinned-program.ts';
import { cachedProgramDirectory, fillProgramDirectory } from './program-cache.ts';
import { fetchRelease, ReleaseUnreachableError } from './vendor-release.ts';

export interface ProvidedProgram {
  /** Absolute. */
  readonly path: string;
  readonly from: 'PATH' | 'cache' | 'release' | 'build';
}

export interface ProgramSources {
  readonly cacheDirectory: string;
  /** `infra/tools` of the checkout. */
  readonly toolsDirectory: string;
  readonly searchPath: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Told in a few words what is going on. */
  readonly onProgress: (message: string) => void;
}

/**
 * Finds a program of the pinned version, or gets it: PATH, the cache, the vendor's release with its checksum, a build
 * from the pinned Go modules. What has been got is in the cache from then on. Throws with what to install where every
 * way is barred.
 */
export async function provideProgram(program: PinnedProgram, sources: ProgramSources): Promise<ProvidedProgram> {
  const located = await locateProgram(program, sources);
  if (located !== null) return located;

  const directory = cachedProgramDirectory(sources.cacheDirectory, program);
  let from: ProvidedProgram['from'] = 'cache';
  await fillProgramDirectory(
    directory,
    async (temporary) => {
      from = await getProgram(program, sources, temporary);
    },
    () => sources.onProgress('another process is getting it, waiting'),
  );
  return { path: join(directory, program.name), from };
}

async function getProgram(
  program: PinnedProgram,
  sources: ProgramSources,
  directory: string,
): Promise<'release' | 'build'> {
  const release = program.release(sources.platform, sources.arch);
  if (release !== null) {
    sources.onProgress(`fetching release ${program.version}`);
    try {
      await fetchRelease(release, program.name, directory);
      return 'release';
    } catch (error) {
      if (!(error instanceof ReleaseUnreachableError)) throw error;
    }
  }
  if (!(await goIsInstalled())) throw new Error(whatToInstall(program, release !== null));
  sources.onProgress(`building ${program.version} with Go, about ${program.build.expectedMinutes} min the first time`);
  await buildWithGo(program.build, sources.toolsDirectory, directory);
  return 'build';
}

function whatToInstall(program: PinnedProgram, hasRelease: boolean): string {
  const why = hasRelease ? 'its release page could not be reached' : 'its vendor has no release for this machine';
  const compiler = program.build.cgo ? ', and a C compiler,' : '';
  return (
    `${program.name} ${program.version} is neither on PATH nor in the cache, ${why}, and Go is not installed. ` +
    `Do one of these: connect to the internet; put ${program.name} ${program.version} on PATH; ` +
    `or install Go 1.21 or newer${compiler} from https://go.dev/dl so that it can be built.`
  );
}
