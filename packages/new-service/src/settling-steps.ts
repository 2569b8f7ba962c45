import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { ServicePlan } from './service-plan.ts';

const execute = promisify(execFile);
const timeoutMs = 300_000;
const mostBytes = 64 * 1024 * 1024;

/** What has to be done after the files are written, until the tree is whole again. */
export interface SettlingStep {
  readonly title: string;
  /** Rejects with what the program printed. */
  run(): Promise<void>;
}

/** The steps in their order; `files` are those that were written, from the root. */
export function settlingSteps(root: string, plan: ServicePlan, files: readonly string[]): readonly SettlingStep[] {
  const { name, snake } = plan.names;
  const proto = join(root, 'proto');
  const bin = join(root, 'node_modules/.bin');
  const sources = files.filter((path) => /\.(ts|json)$/.test(path));
  const step = (title: string, program: string, args: readonly string[], cwd = root): SettlingStep => ({
    title,
    run: () => run(program, args, cwd),
  });
  return [
    // In continuous integration pnpm takes a lockfile that lacks a package for a mistake.
    { title: 'install', run: () => install(root) },
    step('format the contract', 'buf', ['format', '--write', '--path', snake], proto),
    step('generate code of the contracts', 'buf', ['generate'], proto),
    step('format', join(bin, 'biome'), ['check', '--write', '--error-on-warnings', ...sources]),
    step('generate what follows from the access graph', process.execPath, [
      'packages/local-stack/src/main.ts',
      'graph',
      'generate',
    ]),
    {
      title: `check the types of ${[name, ...plan.callers].join(', ')}`,
      run: async () => {
        const apps = [name, ...plan.callers].map((app) => join(root, 'apps', app));
        await Promise.all(apps.map((app) => run(join(bin, 'tsc'), ['--noEmit'], app)));
      },
    },
  ];
}

const installArguments = ['install', '--no-frozen-lockfile', '--prefer-offline'];

/** With the pnpm that is at hand, or else with one that npx gets, as the README has people start everything. */
async function install(root: string): Promise<void> {
  try {
    await run('pnpm', installArguments, root);
  } catch (error) {
    if (!(error instanceof Error && 'cause' in error && isNotThere(error.cause))) throw error;
    await run('npx', ['-y', 'pnpm@12', ...installArguments], root);
  }
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const path = [join(cwd, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  // What a program prints may end up in an error's message.
  const env = { ...process.env, PATH: path, NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: undefined };
  await execute(program, args, { cwd, env, timeout: timeoutMs, maxBuffer: mostBytes }).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    const printed = `${stdout}${stderr}`.trim();
    throw new Error(printed === '' ? `${program} could not be run` : printed, { cause: error });
  });
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
