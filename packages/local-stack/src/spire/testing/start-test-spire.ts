import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import type { NativeContext } from '../../stack-context.ts';
import { createProcessGroup } from '../../supervisor/create-process-group.ts';
import type { ManagedProcess } from '../../supervisor/process-group.ts';
import { spireFiles } from '../spire-files.ts';
import type { SpireServerCommands } from '../spire-server-commands.ts';
import {
  prepareSpire,
  type SpireSettings,
  spireServerCommands,
  startSpireAgent,
  startSpireServer,
} from '../start-spire.ts';

/** The real SPIRE, as a native stack starts it, in a folder of its own. */
export interface TestSpire {
  readonly context: NativeContext;
  readonly settings: SpireSettings;
  readonly server: SpireServerCommands;
  readonly serverProcess: ManagedProcess;
  readonly agent: ManagedProcess;
  /** The Workload API, `unix:///…`. */
  readonly socket: string;
  close(): Promise<void>;
}

/** `prepare` runs between the server's start and the agent's: entries of then are known at once. */
export async function startTestSpire(
  programs: Readonly<Record<'spire-server' | 'spire-agent', string>>,
  prepare: (server: SpireServerCommands, directory: string) => Promise<void>,
): Promise<TestSpire> {
  const settings = { trustDomain: 'zt.example', svidTtlSeconds: 60, authorityTtlSeconds: 3600 };
  const directory = await mkdtemp(join(tmpdir(), 'zt-spire-'));
  const processes = await createProcessGroup({ stateDirectory: directory, onCrash: () => undefined });
  const context = {
    repositoryRoot: join(import.meta.dirname, '../../../../..'),
    stateDirectory: directory,
    socketDirectory: directory,
    ports: { spireServer: await getPort() },
    programs: { spireServer: programs['spire-server'], spireAgent: programs['spire-agent'] },
    processes,
  } as NativeContext;
  async function close(): Promise<void> {
    await processes.stopAll();
    await rm(directory, { recursive: true, force: true });
  }
  try {
    await prepareSpire(context);
    const serverProcess = await startSpireServer(context, settings);
    const server = spireServerCommands(context);
    await prepare(server, directory);
    const agent = await startSpireAgent(context, settings);
    return {
      context,
      settings,
      server,
      serverProcess,
      agent,
      socket: `unix://${spireFiles(context).agentSocket}`,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
