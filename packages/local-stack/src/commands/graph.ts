import type { Command } from 'commander';
import { registerGeneratedFiles } from './graph-generated-files.ts';
import { registerGraphObserved } from './graph-observed.ts';
import { registerGraphWords } from './graph-words.ts';

/** What follows from the access graph. Only what compares it with a ledger needs a running stack. */
export function registerGraph(program: Command): void {
  const graph = program.command('graph').description('say what the access graph allows, and make what follows from it');
  registerGraphWords(graph);
  registerGraphObserved(graph);
  registerGeneratedFiles(graph);
}
