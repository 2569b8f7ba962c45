import type { StartableKind } from '@zt/e2e/stack-kind';
import { findProgram, type ProgramName } from '../programs/index.ts';
import type { ExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Postgres comes with the packages. */
const needed: Readonly<Record<StartableKind, readonly ProgramName[]>> = {
  embedded: [],
  native: ['spire-server', 'spire-agent', 'vault'],
};

/** Whether the programs that a stack runs are at hand, in the versions that it was made with. */
export async function checkPrograms({ kind, command }: ExaminedStack): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of needed[kind]) {
    if ((await findProgram(name, process.env)) !== null) continue;
    findings.push({
      subject: name,
      what: 'is not on this machine in the version that a stack needs',
      since: null,
      todo: `get it with ${command('tools').replace(/ --name .*/, '')}; zt up does so as well`,
    });
  }
  return findings;
}
