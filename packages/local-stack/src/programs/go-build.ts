import { join } from 'node:path';
import { runToEnd } from '../supervisor/run-to-end.ts';
import type { GoBuild } from './pinned-program.ts';

const timeoutMs = 60 * 60_000;

/** Whether Go is installed. Its version does not matter: from 1.21 on, Go fetches the toolchain that a module asks for. */
export async function goIsInstalled(): Promise<boolean> {
  try {
    await runToEnd({ name: 'go', command: 'go', args: ['version'], timeoutMs: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Builds programs into `directory`, from nothing but the modules whose sums are committed. Throws with the compiler's last lines. */
export async function buildWithGo(build: GoBuild, toolsDirectory: string, directory: string): Promise<void> {
  await runToEnd({
    name: `go build ${build.module}`,
    command: 'go',
    args: goBuildArguments(build, process.platform, directory),
    cwd: join(toolsDirectory, build.module),
    env: { ...goEnvironment(process.env), CGO_ENABLED: build.cgo ? '1' : '0', GOFLAGS: '', GOWORK: 'off' },
    timeoutMs,
  });
}

function goBuildArguments(build: GoBuild, platform: NodeJS.Platform, directory: string): string[] {
  // A static binary needs no C library of the right age where it runs. macOS has no static one to link.
  const linkMode = build.cgo && platform === 'linux' ? ' -linkmode external -extldflags "-static"' : '';
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => ` -X ${name}=${value}`);
  return [
    'build',
    '-mod=readonly',
    '-trimpath',
    '-buildvcs=false',
    ...(build.tags.length === 0 ? [] : ['-tags', build.tags.join(' ')]),
    '-ldflags',
    `-s -w${linkMode}${variables.join('')}`,
    '-o',
    `${directory}/`,
    ...build.packages,
  ];
}

/** Where Go fetches modules from, and through what, is the operator's choice. */
function goEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = /^(GO[A-Z0-9]+|CC|CGO_.*|XDG_CACHE_HOME|(https?|no)_proxy|SSL_CERT_(FILE|DIR))$/i;
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => kept.test(entry[0]) && entry[1] !== undefined),
  );
}
