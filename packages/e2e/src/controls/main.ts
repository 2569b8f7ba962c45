import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { repositoryRoot } from '../seams/write-copies.ts';
import { pathsFor, withoutEveryEdge } from './chosen-paths.ts';
import type { Control } from './control.ts';
import { controlPage } from './control-page.ts';
import { type ControlResult, objectionTo, stoppedOf, throughOf } from './control-result.ts';
import { controls, controlsByRoom } from './controls.ts';
import { openResultFile } from './kept-results.ts';
import { type TriedPath, tryPaths } from './try-paths.ts';

interface Options {
  readonly only: readonly string[];
  readonly name: string;
  readonly write: boolean;
  readonly continued: boolean;
  readonly sample: boolean;
}

/** Of no stack: it outlives all of them. */
const resultFile = join(repositoryRoot, '.zt/controls.json');
const pageFile = join(repositoryRoot, 'docs/controls.md');

/** With everything switched on each path has to come to what it should: otherwise nothing can be said of what is switched off. */
async function assertAllHold(name: string, chosen: readonly Control[]): Promise<void> {
  const attempts = pathsFor(chosen.flatMap(({ tries }) => tries));
  const wrong = (await tryPaths(name, [], attempts)).filter(({ outcome }) => outcome.kind !== 'held');
  for (const { id, outcome } of wrong) console.log(`✘ ${id}  ${JSON.stringify(outcome)}`);
  if (wrong.length > 0) throw new Error(`${wrong.length} paths are not as they should be with every control on`);
  console.log(`✔ all on: ${attempts.length} paths as they should be`);
}

async function resultOf(name: string, control: Control): Promise<ControlResult> {
  const other = controls.find(({ id }) => id === control.coveredBy);
  const alone = await tryPaths(name, control.off, pathsFor(control.tries));
  if (other === undefined) return { control, alone, withoutBoth: null };
  const both = [...control.off, ...other.off];
  return { control, alone, withoutBoth: await tryPaths(name, both, pathsFor(control.tries)) };
}

function show(result: ControlResult): void {
  const { control, alone, withoutBoth } = result;
  const objection = objectionTo(result);
  const counted = (tried: readonly TriedPath[]) => {
    const stopped = stoppedOf(tried);
    const layers = stopped.map(([by, ids]) => `${by} (${ids.length})`).join('; ');
    return `${throughOf(tried).length} got through${layers === '' ? '' : `, stopped by: ${layers}`}`;
  };
  console.log(`${objection === null ? '✔' : '✘'} ${control.id} off: ${counted(alone)}`);
  if (withoutBoth !== null) console.log(`  and ${control.coveredBy} off too: ${counted(withoutBoth)}`);
  if (objection !== null) console.log(`  ${objection}`);
}

async function run({ only, name, write, continued, sample }: Options): Promise<void> {
  const wanted = only.length === 0 ? controls : controls.filter(({ id }) => only.includes(id));
  const chosen = sample ? wanted.map((each) => ({ ...each, tries: withoutEveryEdge(each.tries) })) : wanted;
  if (chosen.length === 0)
    throw new Error(`there is no such control; there are ${controls.map(({ id }) => id).join(', ')}`);
  const kept = await openResultFile(sample ? `${resultFile}.sample` : resultFile);
  if (!continued) kept.byControl.clear();
  const open = chosen.filter(({ id }) => !kept.byControl.has(id));
  if (open.length > 0) await assertAllHold(name, open);
  for (const control of open) {
    try {
      const result = await resultOf(name, control);
      show(result);
      if (objectionTo(result) === null) await kept.add(result);
    } catch (error) {
      console.log(`✘ ${control.id} off: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const proven = chosen.flatMap((control): ControlResult[] => {
    const result = kept.byControl.get(control.id);
    return result === undefined ? [] : [{ control, ...result }];
  });
  console.log(`${proven.length} of ${chosen.length} controls proven`);
  if (proven.length < chosen.length) process.exitCode = 1;
  else if (!sample && chosen.length === controls.length) await keepPage(proven, write);
}

/** The page says what the last whole run saw: a run that sees something else fails, unless it is to write it. */
async function keepPage(results: readonly ControlResult[], write: boolean): Promise<void> {
  const ofRoom = (room: readonly Control[]) => results.filter(({ control }) => room.includes(control));
  const rooms = Object.entries(controlsByRoom).map(([room, members]) => [room, ofRoom(members)] as const);
  const page = controlPage(Object.fromEntries(rooms));
  if (write) return await writeFile(pageFile, page);
  if ((await readFile(pageFile, 'utf8').catch(() => '')) === page) return;
  console.log('docs/controls.md says something else: pnpm controls --write writes it anew');
  process.exitCode = 1;
}

await new Command('controls')
  .description('Switches each control off, one at a time, and demands that the paths which it stops get through then.')
  .option('--only <control...>', 'only these controls', [])
  .option('--name <name>', 'what the stack is called that is started for each, and removed', 'controls')
  .option('--write', 'write docs/controls.md after a whole run', false)
  .option('--sample', 'try each fault on two edges only and not on all: quicker, and no page comes of it', false)
  .option('--continued', 'leave out what a run before has proven of the same commit', false)
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`controls: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
