import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, Metadata } from '@grpc/grpc-js';
import type { DecisionRecord } from '../../audit/decision-record.ts';
import type { X509Source } from '../../identity/x509-source.ts';
import {
  createWorkloadX509Source,
  type IdentityEvent,
  type WorkloadX509Source,
} from '../../workload-api/workload-x509-source.ts';
import { callEcho, gateway, openEchoClient, order, type ServedEcho, serveEcho } from '../echo-server.ts';
import {
  createDevelopmentAuthority,
  type DevelopmentAuthority,
  type DevelopmentIdentity,
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from '../workload-api/index.ts';

/** A workload of the ground: its identity as the kit's own client has it, and what that told the log. */
export interface GroundWorkload {
  readonly source: X509Source;
  readonly events: readonly IdentityEvent[];
  happened(event: IdentityEvent['event']): boolean;
  /** Of the SVID in hand. */
  serialNumber(): string;
}

/** `gateway` calls `order`, and both have their identities from a development Workload API that can be broken. */
export interface IdentityGround {
  readonly authority: DevelopmentAuthority;
  readonly workloadApi: DevelopmentWorkloadApi;
  readonly order: GroundWorkload;
  readonly gateway: GroundWorkload;
  readonly echo: ServedEcho;
  /** Gives `order` its identity again; of another life if need be. */
  registerOrder(more?: Partial<DevelopmentIdentity>): Promise<void>;
  /** One call of gateway's at order, on the connection that there is. */
  call(): Promise<string[]>;
  /** One on a connection of its own. */
  callAnew(): Promise<string[]>;
  /** Those about refusals, with this reason among theirs. */
  refusals(reason: string): Promise<DecisionRecord[]>;
  close(): Promise<void>;
}

export async function startIdentityGround(): Promise<IdentityGround> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-f-'));
  const authority = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds: 60 });
  const workloadApi = await startDevelopmentWorkloadApi({ authority, directory, log: () => {} });
  const open: WorkloadX509Source[] = [];

  async function openWorkload(name: string, spiffeId: string): Promise<GroundWorkload> {
    const events: IdentityEvent[] = [];
    const socket = await workloadApi.register(name, [{ spiffeId }]);
    const source = await createWorkloadX509Source({ socket, log: (event) => events.push(event) });
    open.push(source);
    return {
      source,
      events,
      happened: (event) => events.some((each) => each.event === event),
      serialNumber: () => source.current().svid.serialNumber,
    };
  }

  const workloads = { order: await openWorkload('order', order), gateway: await openWorkload('gateway', gateway) };
  const echo = await serveEcho(workloads.order.source);
  const client = openEchoClient(workloads.gateway.source, echo.address);
  async function callOn(channel: Client): Promise<string[]> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await echo.token()}`);
    return await callEcho(channel, 'unary', metadata, {});
  }

  return {
    authority,
    workloadApi,
    ...workloads,
    echo,
    async registerOrder(more = {}) {
      await workloadApi.register('order', [{ spiffeId: order, ...more }]);
    },
    call: () => callOn(client),
    async callAnew() {
      const own = openEchoClient(workloads.gateway.source, echo.address);
      return await callOn(own).finally(() => own.close());
    },
    refusals: async (reason) =>
      (await echo.records()).filter(({ allowed, reasons }) => !allowed && reasons.some((each) => each === reason)),
    async close() {
      client.close();
      for (const source of open) source.close();
      await echo.close();
      await workloadApi.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
