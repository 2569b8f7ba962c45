import { join } from 'node:path';
import { accessGraph, spiffeIdOf, workloadIdentities } from '@zt/access-graph';
import {
  createDevelopmentAuthority,
  type DevelopmentAuthority,
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from '@zt/kit/testing/workload-api';
import { createWorkloadX509Source, type WorkloadX509Source } from '@zt/kit/workload-api';
import { sidecarName } from '../sidecar/sidecar-workloads.ts';
import type { StackSettings } from '../stack/stack-settings.ts';
import type { StackContext } from '../stack-context.ts';
import type { ServerLog } from './server-log.ts';

const entries = workloadIdentities(accessGraph);
type WorkloadName = (typeof entries)[number]['name'];

/** The workloads of an embedded stack, each with its own socket. */
export interface EmbeddedIdentities {
  readonly authority: DevelopmentAuthority;
  readonly workloadApi: DevelopmentWorkloadApi;
  readonly workloads: readonly WorkloadName[];
  /** `unix:///…` */
  socketOf(workload: WorkloadName): string;
  /** Again where its identity was withdrawn. */
  register(workload: string): Promise<void>;
  /** What a server inside this process has from its own socket, and logs as workloads do. */
  openSource(workload: WorkloadName, log: ServerLog): Promise<WorkloadX509Source>;
}

/** Begins to give out identities to all workloads of the access graph but the trust updater: Vault needs none here. */
export async function startEmbeddedIdentities(
  { socketDirectory }: Pick<StackContext, 'socketDirectory'>,
  { svidTtlSeconds }: Pick<StackSettings, 'svidTtlSeconds'>,
  log: ServerLog,
): Promise<EmbeddedIdentities> {
  // It lasts for a year: nothing replaces it by itself, as SPIRE does in time.
  const authority = await createDevelopmentAuthority({ trustDomain: accessGraph.trustDomain, svidTtlSeconds });
  const workloadApi = await startDevelopmentWorkloadApi({
    authority,
    directory: join(socketDirectory, 'workloads'),
    log: (line) => log.write(line),
  });
  const sockets = new Map<string, string>();
  const registered = entries.filter(({ name }) => name !== sidecarName);

  async function register(workload: string): Promise<void> {
    const entry = registered.find(({ name }) => name === workload);
    if (entry === undefined) throw new Error(`there is no workload ${workload}`);
    const { spiffeId, dnsNames } = entry;
    sockets.set(workload, await workloadApi.register(workload, [{ spiffeId, dnsNames }]));
  }

  function socketOf(workload: WorkloadName): string {
    const socket = sockets.get(workload);
    if (socket === undefined) throw new TypeError(`${workload} has no socket`);
    return socket;
  }

  await Promise.all(registered.map(({ name }) => register(name)));
  return {
    authority,
    workloadApi,
    workloads: registered.map(({ name }) => name),
    socketOf,
    register,
    openSource: (workload, serverLog) =>
      createWorkloadX509Source({
        socket: socketOf(workload),
        spiffeId: spiffeIdOf(accessGraph, workload),
        log: (event) => serverLog.write(event),
      }),
  };
}
