import { enclosingStack } from '@zt/e2e/enclosing-stack';
import type { Command } from 'commander';
import { createControlClient } from '../control/control-client.ts';
import { examine } from '../doctor/examine.ts';
import { findStack } from '../doctor/examined-stack.ts';
import type { Examination } from '../doctor/finding.ts';
import { showExaminations } from '../doctor/show-examinations.ts';
import { stateDirectoryOf } from '../stack/stack-record.ts';
import { terminalStyle } from '../story/style.ts';
import { repositoryRoot } from './repository-root.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

export function registerDoctor(program: Command): void {
  addNameOption(program.command('doctor'))
    .description('say what is wrong with a stack, since when, and what to do; ends with 1 where anything is')
    .option('--json', 'for programs')
    .action(async ({ name, json }: NameOption & { readonly json?: boolean }) => {
      const examinations = await examinationsOf(name);
      if (json === true) console.log(JSON.stringify(examinations, null, 2));
      else console.log(showExaminations(examinations, terminalStyle({ verbose: false })));
      process.exitCode = examinations.some(({ findings }) => findings.length > 0) ? 1 : 0;
    });
}

async function examinationsOf(name: string): Promise<Examination[]> {
  const enclosing = enclosingStack();
  if (enclosing?.name === name) {
    const { examineContainers } = await import('../doctor/examine-containers.ts');
    return await examineContainers(enclosing);
  }
  const ask = (socket: string) => createControlClient(socket).status();
  return await examine(await findStack(name, stateDirectoryOf(repositoryRoot, name), ask));
}
