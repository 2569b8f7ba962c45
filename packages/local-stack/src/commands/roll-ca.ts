import type { RollStep } from '@zt/kit/testing/workload-api';
import type { Command } from 'commander';
import { createLogObserver } from '../stack/log-observer.ts';
import { rollCertificateAuthority } from '../stack/roll-certificate-authority.ts';
import { requireRunningStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

const explanations: Readonly<Record<RollStep, string>> = {
  prepare: 'a new authority, which everybody is to trust before it signs anything',
  activate: 'it signs from now on',
  taint: 'whoever has a certificate of the old one gets a new one',
  revoke: 'nobody trusts the old one any more',
};

export function registerRollCa(program: Command): void {
  addNameOption(program.command('roll-ca'))
    .description(
      'replace the key with which certificates are signed, while everything goes on: prepare, activate, taint, revoke',
    )
    .action(async ({ name }: NameOption) => {
      const { settings, authority, readLogs, readStatus } = await requireRunningStack(name);
      const observer = createLogObserver({
        readLogs,
        processes: (await readStatus()).processes,
        svidTtlSeconds: settings.svidTtlSeconds,
      });
      const startedAt = performance.now();
      const { from, to } = await rollCertificateAuthority(authority, observer, (step) => {
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
        console.log(`${seconds} s  ${step.padEnd(8)}  ${explanations[step]}`);
      });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
      console.log(`${seconds} s  done      from authority ${from} to ${to}`);
    });
}
