import { findProgram, type ProgramName, programNames } from '@zt/local-stack/programs';

/** The programs of the native stack that this machine does not have in the pinned version. */
export async function missingPrograms(): Promise<readonly ProgramName[]> {
  const found = await Promise.all(programNames.map((name) => findProgram(name, process.env)));
  return programNames.filter((_, index) => found[index] === null);
}

/** What a run without these programs leaves out, and how to include it. */
export function leftOutWithout(missing: readonly ProgramName[]): readonly string[] {
  if (missing.length === 0) return [];
  const parts = [
    missing.includes('opa') ? "the policy's own tests" : '',
    missing.some((name) => name !== 'opa') ? 'the paths through the running system' : '',
  ].filter(Boolean);
  return [
    `LEFT OUT: ${parts.join(' and ')}, for want of ${missing.join(', ')}.`,
    'To include them: npx -y pnpm@12 test --all',
    'It gets the programs first: in seconds as releases, in about 20 minutes where Go has to build them.',
  ];
}
