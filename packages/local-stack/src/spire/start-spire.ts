import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NativeContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { waitUntil } from '../supervisor/wait-until.ts';
import { createNodeCertificate } from './node-certificate.ts';
import { spireFiles } from './spire-files.ts';
import { createSpireServerCommands, type SpireServerCommands } from './spire-server-commands.ts';

export interface SpireSettings {
  readonly trustDomain: string;
  readonly svidTtlSeconds: number;
  readonly authorityTtlSeconds: number;
}

type SpireContext = Pick<
  NativeContext,
  'repositoryRoot' | 'stateDirectory' | 'socketDirectory' | 'ports' | 'programs' | 'processes'
>;

const readyTimeoutMs = 20_000;
/** One that does not know the server's authority any more waits before it takes the new one, and between its attempts. */
const agentReadyTimeoutMs = 60_000;

/** Once per start of a stack, before the server: an agent proves itself again with the certificate it was started with. */
export async function prepareSpire(context: SpireContext): Promise<void> {
  const files = spireFiles(context);
  await mkdir(files.serverData, { recursive: true, mode: 0o700 });
  await mkdir(files.agentData, { recursive: true, mode: 0o700 });
  await createNodeCertificate(files.node, new Date());
}

/** Starts the server and waits until it answers. The bundle with which the agent is to know it is in a file then. */
export async function startSpireServer(context: SpireContext, settings: SpireSettings): Promise<ManagedProcess> {
  const files = spireFiles(context);
  await rm(files.serverSocket, { force: true });
  const process = await context.processes.start({
    name: 'spire-server',
    command: context.programs.spireServer,
    args: ['run', '-expandEnv', '-config', join(context.repositoryRoot, 'infra/spire/server.conf')],
    env: {
      ZT_TRUST_DOMAIN: settings.trustDomain,
      ZT_SERVER_ADDRESS: '127.0.0.1',
      ZT_SERVER_PORT: String(context.ports.spireServer),
      ZT_SERVER_SOCKET: files.serverSocket,
      ZT_SERVER_DATA: files.serverData,
      ZT_CA_TTL: `${settings.authorityTtlSeconds}s`,
      ZT_SVID_TTL: `${settings.svidTtlSeconds}s`,
      ZT_NODE_CA: files.node.authority,
    },
  });
  const commands = spireServerCommands(context);
  const bundle = await waitUntil('SPIRE server answers', () => commands.text(['bundle', 'show']).catch(() => null), {
    timeoutMs: readyTimeoutMs,
    ended: process.exited,
  });
  await writeFile(files.bootstrapBundle, bundle, { mode: 0o600 });
  return process;
}

/** The command line of the server that `startSpireServer` starts. */
export function spireServerCommands(context: SpireContext): SpireServerCommands {
  return createSpireServerCommands({
    processes: context.processes,
    program: context.programs.spireServer,
    socket: spireFiles(context).serverSocket,
  });
}

/** Starts the agent, which knows the server by the bundle that `startSpireServer` wrote, and waits until it is healthy. */
export async function startSpireAgent(context: SpireContext, settings: SpireSettings): Promise<ManagedProcess> {
  const files = spireFiles(context);
  await rm(files.agentSocket, { force: true });
  const process = await context.processes.start({
    name: 'spire-agent',
    command: context.programs.spireAgent,
    args: ['run', '-expandEnv', '-config', join(context.repositoryRoot, 'infra/spire/agent.conf')],
    env: {
      ZT_TRUST_DOMAIN: settings.trustDomain,
      ZT_SERVER_PORT: String(context.ports.spireServer),
      ZT_AGENT_SOCKET: files.agentSocket,
      ZT_AGENT_DATA: files.agentData,
      ZT_BOOTSTRAP_BUNDLE: files.bootstrapBundle,
      ZT_NODE_KEY: files.node.privateKey,
      ZT_NODE_CERTIFICATE: files.node.certificate,
    },
  });
  const healthy = () =>
    context.processes
      .run({
        name: 'spire-agent healthcheck',
        command: context.programs.spireAgent,
        args: ['healthcheck', '-socketPath', files.agentSocket],
      })
      .catch(() => null);
  await waitUntil('SPIRE agent is healthy', healthy, { timeoutMs: agentReadyTimeoutMs, ended: process.exited });
  return process;
}
