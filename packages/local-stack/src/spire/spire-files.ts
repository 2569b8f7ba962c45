import { join } from 'node:path';
import type { LoneCertificateFiles } from '../lone-certificate.ts';

/** Where a stack's SPIRE keeps its things. */
export interface SpireFiles {
  readonly serverData: string;
  readonly serverSocket: string;
  readonly agentData: string;
  /** The Workload API. */
  readonly agentSocket: string;
  readonly node: LoneCertificateFiles;
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
    node: {
      authority: join(state, 'node', 'ca.pem'),
      certificate: join(state, 'node', 'certificate.pem'),
      privateKey: join(state, 'node', 'key.pem'),
    },
    bootstrapBundle: join(state, 'bootstrap-bundle.pem'),
  };
}
