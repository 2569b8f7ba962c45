import { join } from 'node:path';

/** Where a stack's SPIRE keeps its things. */
export interface SpireFiles {
  readonly serverData: string;
  readonly serverSocket: string;
  readonly agentData: string;
  /** The Workload API. */
  readonly agentSocket: string;
  readonly node: string;
  readonly bootstrapBundle: string;
}

export function spireFiles(directories: {
  readonly stateDirectory: string;
  readonly socketDirectory: string;
}): SpireFiles {
  const state = join(directories.stateDirectory, 'spire');
  return {
    serverData: join(state, 'server'),
    serverSocket: join(directories.socketDirectory, 'spire-server.sock'),
    agentData: join(state, 'agent'),
    agentSocket: join(directories.socketDirectory, 'agent.sock'),
    node: join(state, 'node'),
    bootstrapBundle: join(state, 'bootstrap-bundle.pem'),
  };
}
