import { setTimeout as sleep } from 'node:timers/promises';
import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { followEnclosingLogs } from '@zt/e2e/followed-logs';
import { type StartableKind, stackNameFor } from '@zt/e2e/stack-kind';
import { beginTrial } from '@zt/e2e/trial';
import { type Command, InvalidArgumentError } from 'commander';
import { requireKind } from '../stack/require-kind.ts';
import { demoSettings, type StackSettings } from '../stack/stack-settings.ts';
import type { RunningStack } from '../stack/start-stack.ts';
import { showGoingOn } from '../story/show-going-on.ts';
import { terminalStyle } from '../story/style.ts';
import { tellStory } from '../story/tell-story.ts';
import { nativeDemo } from '../story/words-of-kind.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { printDevelopmentNotice } from './development-notice.ts';
import { findRunningStack } from './running-stack.ts';
import { addKindOptions, addNameOption, type KindOptions, type NameOption } from './stack-options.ts';
import { startAttached } from './start-attached.ts';
import { type SignalStop, stopOnSignal } from './stop-on-signal.ts';

/** What shells say of a program that Ctrl-C ended. */
const interrupted = 130;
/** How long what is under way when everything stops may take to notice. */
const noticeMs = 10_000;

interface Seconds {
  readonly seconds: number;
}

const nameOf = (kind: StartableKind): string => stackNameFor('demo', kind);

export function registerDemo(program: Command): void {
  const command = program.command('demo').option('--seconds <count>', 'how long orders flow', parseSeconds, 60);
  const enclosing = enclosingStack();
  if (enclosing !== null) {
    addNameOption(command)
      .description('show one order, what is refused, and orders under rotation')
      .action(async ({ name, seconds }: NameOption & Seconds) => {
        const { logsDirectory } = await describeRunningStack(name);
        await followEnclosingLogs(enclosing.engineSocket, logsDirectory);
        const trial = await beginTrial();
        process.exit(await tell({ name, seconds, settings: null }).finally(trial.close));
      });
    return;
  }
  addKindOptions(command, nameOf)
    .description('start everything, show one order, what is refused, and orders under rotation, and stop everything')
    .action(async ({ stack: kind, name = nameOf(kind), seconds }: KindOptions & Seconds) => {
      const running = await findRunningStack(name);
      if (running !== null) await requireKind(running.stateDirectory, { kind, name });
      if (kind === 'embedded') printDevelopmentNotice(nativeDemo);
      const settings = running === null ? { ...demoSettings, kind, name } : null;
      // Connections of libraries that are kept for reuse would keep this process for seconds.
      process.exit(await tell({ name, seconds, settings }));
    });
}

/** Gives the exit code. `settings` are those of the stack that has to be started for the story; null for one that runs. */
async function tell({
  name,
  seconds,
  settings,
}: Seconds & {
  readonly name: string;
  readonly settings: StackSettings | null;
}): Promise<number> {
  const signals = stopOnSignal(settings === null ? 'Stopping the story.' : 'Stopping everything.');
  try {
    const own = settings === null ? null : await startAttached(settings, signals);
    const passed = await tellAndStop({ name, seconds, own, signals });
    if (own !== null) console.log('Stopped. Nothing is left running.');
    return passed ? 0 : 1;
  } catch (error) {
    if (!signals.signal.aborted) throw error;
    console.log(settings === null ? `The stack ${name} runs on.` : 'Stopped. Nothing is left running.');
    return interrupted;
  }
}

/** Tells the story; whatever comes of it, the stack is stopped if it is our own. */
async function tellAndStop(options: {
  readonly name: string;
  readonly seconds: number;
  readonly own: RunningStack | null;
  readonly signals: SignalStop;
}): Promise<boolean> {
  const { name, seconds, own, signals } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([signals.signal, over.signal]);
  const style = terminalStyle({ verbose: false });
  const print = (lines: readonly string[]): void => {
    if (!signal.aborted) console.log(lines.join('\n'));
  };
  const story = (async () => {
    const stack = await describeRunningStack(name);
    const passed = await tellStory(stack, { seconds, style, print, signal });
    print(showGoingOn({ kind: stack.kind, name, passed, runsOn: own === null }, style));
    return passed;
  })();
  try {
    return await Promise.race(own === null ? [story] : [story, endOf(own)]);
  } finally {
    over.abort();
    await own?.stop();
    await Promise.race([story.catch(() => undefined), sleep(noticeMs, undefined, { ref: false })]);
  }
}

async function endOf(stack: RunningStack): Promise<never> {
  throw (await stack.ended) ?? new Error('the stack was stopped');
}

function parseSeconds(value: string): number {
  if (!/^[1-9]\d{0,4}$/.test(value)) throw new InvalidArgumentError('a whole number of seconds from 1 on is wanted');
  return Number(value);
}
