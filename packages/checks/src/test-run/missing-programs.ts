import { findProgram, manifestProgramNames, type ProgramName, programNames } from '@zt/local-stack/programs';

/** The programs of the native stack and of the tests that this machine does not have in the pinned version. */
export async function missingPrograms(): Promise<readonly ProgramName[]> {
  const found = await Promise.all(programNames.map((name) => findProgram(name, process.env)));
  return programNames.filter((_, index) => found[index] === null);
}

/** What no stack needs, or not every one. */
const notOfEveryStack: readonly ProgramName[] = ['opa', 'dex', 'go-spiffe-client', ...manifestProgramNames];

/** Whether the native stack can run. */
export function canRunNativeWithout(missing: readonly ProgramName[]): boolean {
  return missing.every((name) => notOfEveryStack.includes(name));
}

/** What a run without these programs leaves out, and how to include it. */
export function leftOutWithout(missing: readonly ProgramName[]): readonly string[] {
  if (missing.length === 0) return [];
  const parts = [
    missing.includes('opa') ? "the policy's own tests" : '',
    canRunNativeWithout(missing) ? '' : 'all that needs real SPIRE and Vault, with the paths on the native stack',
    missing.includes('dex') ? "another issuer in the own provider's place" : '',
    missing.includes('go-spiffe-client') ? 'go-spiffe as a client of the development Workload API' : '',
    manifestProgramNames.some((name) => missing.includes(name)) ? 'the manifests for Kubernetes' : '',
  ].filter(Boolean);
  return [
    `LEFT OUT: ${parts.join('; ')}: for want of ${missing.join(', ')}.`,
    'To include them: npx -y pnpm@12 test --all',
    'It gets the programs first: in seconds as releases, in about 25 minutes where Go has to build them.',
  ];
}
