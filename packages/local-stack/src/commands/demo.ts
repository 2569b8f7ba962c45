import { setTimeout as sleep } from 'node:timers/promises';
import { type StartableKind, stackNameFor } from '@zt/e2e/stack-kind';
import { type Command, InvalidArgumentError } from 'commander';
import { requireKind } from '../stack/require-kind.ts';
import { demoSettings } from '../stack/stack-settings.ts';
import type { RunningStack } from '../stack/start-stack.ts';
import { showGoingOn } from '../story/show-going-on.ts';
import { terminalStyle } from '../story/style.ts';
import { tellStory } from '../story/tell-story.ts';
import { nativeDemo } from '../story/words-of-kind.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { printDevelopmentNotice } from './development-notice.ts';
import { findRunningStack } from './running-stack.ts';
import { addKindOptions, type KindOptions } from './stack-options.ts';
import { startAttached } from './start-attached.ts';
import { type SignalStop, stopOnSignal } from './stop-on-signal.ts';

/** What shells say of a program that Ctrl-C ended. */
const interrupted = 130;
/** How long what is under way when everything stops may take to notice. */
const noticeMs = 10_000;

interface DemoOptions extends KindOptions {
  readonly seconds: number;
}

const nameOf = (kind: StartableKind): string => stackNameFor('demo', kind);

export function registerDemo(program: Command): void {
  addKindOptions(program.command('demo'), nameOf)
    .description('start everything, show one order, what is refused, and orders under rotation, and stop everything')
    .option('--seconds <count>', 'how long orders flow', parseSeconds, 60)
    .action(async ({ stack: kind, name = nameOf(kind), seconds }: DemoOptions) => {
      const running = await findRunningStack(name);
      if (running !== null) await requireKind(running.stateDirectory, { kind, name });
      if (kind === 'embedded') printDevelopmentNotice(nativeDemo);
      const signals = stopOnSignal(running === null ? 'Stopping everything.' : 'Stopping the story.');
      try {
        const own = running === null ? await startAttached({ ...demoSettings, kind, name }, signals) : null;
        const passed = await tellAndStop({ name, seconds, own, signals });
        if (own !== null) console.log('Stopped. Nothing is left running.');
        // Connections of libraries that are kept for reuse would keep this process for seconds.
        process.exit(passed ? 0 : 1);
      } catch (error) {
        if (!signals.signal.aborted) throw error;
        console.log(running === null ? 'Stopped. Nothing is left running.' : `The stack ${name} runs on.`);
        process.exit(interrupted);
      }
    });
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
