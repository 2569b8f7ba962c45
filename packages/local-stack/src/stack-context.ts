import type { ServiceName } from '@zt/access-graph';
import type { StartableKind } from '@zt/e2e/stack-kind';
import type { ProcessGroup } from './supervisor/process-group.ts';

/** Where one stack lives and what it runs on. Made once by `zt up` and handed to every part. */
export interface StackContext {
  readonly kind: StartableKind;
  /** That of its kind unless told otherwise; two stacks of different names run side by side. */
  readonly name: string;
  readonly repositoryRoot: string;
  /** `.zt/<name>`, mode 0700: everything that outlives a restart. */
  readonly stateDirectory: string;
  /** A short private folder for Unix sockets, whose paths may have 104 bytes at most. */
  readonly socketDirectory: string;
  readonly ports: StackPorts;
  /** Absolute paths. */
  readonly programs: StackPrograms;
  readonly processes: ProcessGroup;
}

/** TCP ports on 127.0.0.1, chosen once per stack and kept for as long as they are free. */
export interface StackPorts {
  readonly spireServer: number;
  readonly postgres: number;
  readonly vault: number;
  readonly vaultCluster: number;
  readonly dex: number;
  readonly cardNetwork: number;
  readonly cardNetworkAdmin: number;
  /** Where each service of the access graph takes calls. */
  readonly grpc: Readonly<Record<ServiceName, number>>;
  /** Where those listen besides to whom somebody comes over HTTPS. */
  readonly https: Readonly<Partial<Record<ServiceName, number>>>;
}

/** What every stack runs besides its own scripts. */
export interface StackPrograms {
  /** Null where the stack has its own provider. */
  readonly dex: string | null;
  readonly initdb: string;
  readonly postgres: string;
}

/** What a native stack runs besides. */
export interface NativePrograms extends StackPrograms {
  readonly spireServer: string;
  readonly spireAgent: string;
  readonly vault: string;
  /** Null where Vault has the plugin built in. */
  readonly vaultPostgresPlugin: string | null;
}

export interface NativeContext extends StackContext {
  readonly programs: NativePrograms;
}
