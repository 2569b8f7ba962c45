import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import type { Command } from 'commander';
import { listQuarantined, quarantineWorkload, releaseWorkload } from '../operator/jobs/quarantine-workload.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

export function registerQuarantine(program: Command): void {
  addNameOption(program.command('quarantine'))
    .description('refuse a workload as caller and as callee, at every service at once; without one, say who is')
    .argument('[workload]', 'such as order')
    .action(async (workload: string | undefined, { name }: NameOption) => {
      const stack = await describeRunningStack(name);
      if (workload === undefined) {
        const listed = await runAsOperator(stack, listQuarantined, {});
        for (const { spiffeId, quarantinedAt } of listed) console.log(`${spiffeId} since ${quarantinedAt}`);
        if (listed.length === 0) console.log('No workload is quarantined.');
        return;
      }
      await runAsOperator(stack, quarantineWorkload, { spiffeId: idOf(workload) });
      console.log(`${workload} is quarantined: nobody takes its calls or calls it, and identity gives it no tokens.`);
      console.log('What it records still goes to the ledger. Its database login lasts as long as its lease.');
    });
}

export function registerRelease(program: Command): void {
  addNameOption(program.command('release'))
    .description('let a workload that was quarantined call and be called again')
    .argument('<workload>', 'such as order')
    .action(async (workload: string, { name }: NameOption) => {
      await runAsOperator(await describeRunningStack(name), releaseWorkload, { spiffeId: idOf(workload) });
      console.log(`${workload} is trusted again.`);
    });
}

/** Throws an error for people where there is no such workload. */
function idOf(workload: string): string {
  const names = accessGraph.workloads.map(({ name }) => name);
  const known = names.find((name) => name === workload);
  if (known === undefined) throw new Error(`there is no workload ${workload}: one of ${names.join(', ')}`);
  return spiffeIdOf(accessGraph, known);
}
