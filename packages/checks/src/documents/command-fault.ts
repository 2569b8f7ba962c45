import { createCommandLine } from '@zt/e2e/command-line';
import { createCommandLine as createEnduranceCommandLine } from '@zt/e2e/endurance-command-line';
import { createCommandLine as createReachabilityCommandLine } from '@zt/e2e/reachability-command-line';
import { loadCommands } from '@zt/local-stack/commands';
import { Command, CommanderError } from 'commander';
import { createCommandLine as createManifestsCommandLine } from '../manifests/command-line.ts';
import { createCommandLine as createTestCommandLine } from '../test-run/command-line.ts';
import { readComposeCommand } from './compose-command.ts';
import type { Workspace } from './workspace.ts';

const registerCommands = await loadCommands();

/**
 * What is wrong with a command, the words after `npx -y pnpm@12`, or from `docker compose` on: null where it exists and takes
 * such options. Of `docker compose` itself only the services are checked, and what the command line gets in its container.
 */
export function commandFault(command: string, workspace: Workspace): string | null {
  if (command.startsWith('docker compose ')) return composeFault(command, workspace);
  // An ellipsis stands for words of the reader's.
  const [first = '', ...others] = wordsOf(command).filter((word) => word !== '…');
  if (first === '--filter') return packageFault(others, workspace);
  const script = workspace.scripts[first];
  if (script === undefined) return `the root has no script ${first}`;
  const [, program = '', given = ''] = /\bnode (?:--\S+ )*(packages\/\S+\.ts)((?: \S+)*)$/.exec(script) ?? [];
  const words = [...given.split(' ').filter(Boolean), ...others];
  const parse = parsers[program];
  if (parse === undefined) return words.length === 0 ? null : `${first} takes no options`;
  return words.length === 0 ? null : faultOf(() => parse(words));
}

/** As a shell has them: what stands between single quotes is one word. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare);
}

function composeFault(command: string, { composeServices }: Workspace): string | null {
  const { services, ztWords } = readComposeCommand(command);
  const unknown = services.find((name) => !composeServices.includes(name));
  if (unknown !== undefined) return `docker-compose.yml has no service ${unknown}`;
  return ztWords === null ? null : faultOf(() => parsers['packages/local-stack/src/main.ts']?.(ztWords));
}

function packageFault([name = '', script = '', ..._options]: readonly string[], workspace: Workspace): string | null {
  const scripts = workspace.packages.get(name);
  if (scripts === undefined) return `there is no package ${name}`;
  return script === 'exec' || scripts[script] !== undefined ? null : `${name} has no script ${script}`;
}

/** Each parses as its program does, and runs nothing. */
const parsers: Readonly<Record<string, (words: readonly string[]) => unknown>> = {
  'packages/local-stack/src/main.ts'(words) {
    const program = quiet(new Command('zt'));
    registerCommands(program);
    runNothing(program);
    program.parse(words, { from: 'user' });
  },
  'packages/e2e/src/main.ts': (words) => quiet(createCommandLine(async () => {})).parse(words, { from: 'user' }),
  'packages/e2e/src/endurance/main.ts': (words) =>
    quiet(createEnduranceCommandLine(async () => {})).parse(words, { from: 'user' }),
  'packages/e2e/src/reachability/main.ts': (words) =>
    quiet(createReachabilityCommandLine(async () => {})).parse(words, { from: 'user' }),
  'packages/checks/src/manifests/main.ts': (words) =>
    quiet(createManifestsCommandLine(async () => {})).parse(words, { from: 'user' }),
  'packages/checks/src/test-run/main.ts': (words) =>
    quiet(createTestCommandLine(async () => {})).parse(words, { from: 'user' }),
};

function runNothing(program: Command): void {
  for (const command of program.commands) {
    if (command.commands.length === 0) command.action(() => {});
    runNothing(command);
  }
}

function quiet(program: Command): Command {
  return program.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
}

function faultOf(parse: () => unknown): string | null {
  try {
    parse();
    return null;
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.helpDisplayed') return null;
    return error instanceof Error ? error.message : String(error);
  }
}
