import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import type { TrustBundle } from '@zt/kit/identity';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import { textOfExport } from '../ledger/ledger-export.ts';
import { spellFault, spellGap } from '../ledger/ledger-fault.ts';
import { verifyLedger } from '../ledger/verify-ledger.ts';
import { readStackRecord, stateDirectoryOf } from '../stack/stack-record.ts';
import { readAuthorities, readExport, standardStream } from './ledger-authorities.ts';
import { registerLedgerList } from './ledger-list.ts';
import { ledgerOfRunningStack } from './ledger-of-running-stack.ts';
import { repositoryRoot } from './repository-root.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

export function registerLedger(program: Command): void {
  const ledger = program
    .command('ledger')
    .description('list decisions, take the ledger out of a stack, and verify it offline');
  addNameOption(ledger.command('export'))
    .description('write every record and every signed checkpoint to a file')
    .argument('<file>', `${standardStream} for standard output`)
    .action(async (file: string, { name }: NameOption) => {
      const found = await (await ledgerOfRunningStack(name)).export();
      const time = new Date().toISOString();
      const text = textOfExport({ time, trustDomain: accessGraph.trustDomain, ...found });
      const isPiped = file === standardStream;
      if (isPiped) process.stdout.write(text);
      else await writeFile(file, text, { mode: 0o600 });
      const tell = isPiped ? console.error : console.log;
      tell(`${found.lines.length} records and ${found.checkpoints.length} checkpoints`);
    });
  addNameOption(ledger.command('verify'))
    .description('find the first record that was changed, removed, moved or cut off; needs no running stack')
    .argument('<file>', `${standardStream} for standard input`)
    .option('--bundle <file>', "the trust domain's authorities, PEM; those of the stack unless told otherwise")
    .action(async (file: string, options: NameOption & { readonly bundle?: string }) => {
      const { name, bundle } = options;
      const verdict = await verifyLedger(await readExport(file), {
        signer: spiffeIdOf(accessGraph, 'audit'),
        bundle: bundleOf(await readAuthorities(repositoryRoot, options)),
      });
      if (verdict.kind === 'faulty') {
        console.log(picocolors.red(`✖ ${spellFault(verdict.fault)}`));
        const kind = (await readStackRecord(stateDirectoryOf(repositoryRoot, name)).catch(() => null))?.settings.kind;
        if (verdict.fault.kind === 'checkpoint' && bundle === undefined && kind === 'embedded') {
          console.log(
            `Each start of ${name} has a new authority: an export of an earlier one needs the bundle of its time.`,
          );
        }
        process.exitCode = 1;
        return;
      }
      const { records, chains, checkpoints, signedAt, unsigned, gaps } = verdict;
      console.log(picocolors.green(`✔ ${records} records in ${chains} chains are as they were written`));
      console.log(`${checkpoints} checkpoints, the last signed at ${signedAt}; ${unsigned} records came after it`);
      for (const gap of gaps) console.log(picocolors.yellow(`⚠ ${spellGap(gap)}`));
    });
  registerLedgerList(ledger);
}

function bundleOf(pem: string): TrustBundle {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return {
    trustDomain: accessGraph.trustDomain,
    x509Authorities: certificates.map((certificate) => new X509Certificate(certificate)),
  };
}
