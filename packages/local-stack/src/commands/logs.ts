import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { followEnclosingLogs } from '@zt/e2e/followed-logs';
import { Argument, type Command } from 'commander';
import { places } from '../compose/places.ts';
import { stateDirectoryOf } from '../stack/stack-record.ts';
import { logPath, logSize, readLogFrom, tailLog } from '../supervisor/process-log.ts';
import { repositoryRoot } from './repository-root.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

const pollMs = 200;

interface LogsOptions extends NameOption {
  readonly follow?: boolean;
  readonly lines: string;
}

export function registerLogs(program: Command): void {
  addNameOption(program.command('logs'))
    .description('show what the processes of a stack wrote')
    .addArgument(new Argument('[process]', 'all of them where it is left out'))
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-n, --lines <count>', 'how many lines of each to begin with', '20')
    .action(async (process: string | undefined, options: LogsOptions) => {
      const { directory, close } = await logsOf(options.name);
      const names = await logNames(directory, options.name);
      if (process !== undefined && !names.includes(process))
        throw new Error(`there is no log of ${process}, only of: ${names.join(', ')}`);
      const chosen = process === undefined ? names : [process];
      const offsets = new Map<string, number>();
      for (const name of chosen) {
        offsets.set(name, await logSize(logPath(directory, name)));
        print(name, await tailLog(logPath(directory, name), Number(options.lines)), chosen.length > 1);
      }
      while (options.follow === true) {
        await delay(pollMs);
        for (const name of chosen)
          offsets.set(name, await printNew(directory, name, offsets.get(name) ?? 0, chosen.length > 1));
      }
      await close();
    });
}

/** Where the files are: containers have none of their own, so that theirs are written for this command. */
async function logsOf(name: string): Promise<{ readonly directory: string; close(): Promise<void> }> {
  const enclosing = enclosingStack();
  if (enclosing?.name === name) {
    return { directory: places.logs, ...(await followEnclosingLogs(enclosing.engineSocket, places.logs)) };
  }
  return { directory: join(stateDirectoryOf(repositoryRoot, name), 'logs'), close: async () => {} };
}

async function logNames(directory: string, stack: string): Promise<string[]> {
  const files = await readdir(directory).catch(() => []);
  if (files.length === 0) throw new Error(`the stack ${stack} has no logs: it was never started`);
  return files
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length))
    .sort();
}

/** Prints whole lines only, and says where to go on. */
async function printNew(directory: string, name: string, offset: number, prefixed: boolean): Promise<number> {
  const path = logPath(directory, name);
  const size = await logSize(path);
  if (size === offset) return offset;
  const from = size < offset ? 0 : offset;
  const text = await readLogFrom(path, from);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  print(name, whole.trimEnd(), prefixed);
  return from + Buffer.byteLength(whole);
}

function print(name: string, text: string, prefixed: boolean): void {
  if (text === '') return;
  for (const line of text.split('\n')) console.log(prefixed ? `${name.padEnd(13)} ${line}` : line);
}
