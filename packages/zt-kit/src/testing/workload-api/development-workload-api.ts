import type { DevelopmentAuthority, DevelopmentIdentity } from './development-authority.ts';

/** A line of the server's log, in the shape of SPIRE's: `{ level, msg, time, … }`, to be written as JSON. */
export interface DevelopmentLogLine {
  readonly level: 'info' | 'error';
  readonly msg: string;
  /** ISO 8601. */
  readonly time: string;
  readonly [field: string]: string | number | boolean;
}

export interface DevelopmentWorkloadApiOptions {
  readonly authority: DevelopmentAuthority;
  /** Of the sockets. Made with mode 0700 where it isn't there; one that others may enter is an error. */
  readonly directory: string;
  /** Standard error otherwise, as lines of JSON. */
  readonly log?: (line: DevelopmentLogLine) => void;
}

/**
 * A SPIFFE Workload API for development and tests: all of it, with faults on command. It is no SPIRE.
 *
 * SPIRE's agent asks the kernel which process is at the other end of its one socket. Node can't, so here each workload
 * has a Unix socket of its own in a private folder, and whoever can open the socket is the workload: nothing but the
 * folder's mode keeps one process of the same user from taking another's identity.
 */
export interface DevelopmentWorkloadApi {
  /**
   * Gives the workload these identities, the first of which is the default, and returns its socket, `unix:///…`.
   * Again for the same workload: these in place of those it had, on the same socket.
   */
  register(workload: string, identities: readonly DevelopmentIdentity[]): Promise<string>;
  /** The workload's streams end with PERMISSION_DENIED, and who comes gets the same, until it is registered again. */
  withdraw(workload: string): void;
  /** `unix:///…`, where nobody is registered: PERMISSION_DENIED, and a line "No identity issued" in the log. */
  readonly strangerSocket: string;
  /** Issues new SVIDs long before it is time, and tells all who listen. */
  rotate(workload?: string): Promise<void>;
  /** The workload's SVIDs are now some that end in so many seconds, and come with no successor until `rotate` or `mend`. */
  issueShortLived(workload: string, seconds: number): Promise<void>;
  /** Connections and streams open as ever, and nothing comes, of any method. `mend` says what was kept back. */
  hang(workload?: string): void;
  /** Every answer is a message whose end is missing, and is the last of its stream. Streams that are open get one at once. */
  halfAMessage(workload?: string): void;
  /** Every answer, and every message of a stream, comes so much later. */
  answerSlowly(ms: number, workload?: string): void;
  /** Ends hanging, half messages, slowness and short lives, of one workload or of all. */
  mend(workload?: string): void;
  /** As when an agent's process dies: connections break, and nobody answers at the sockets. Twice is once. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export function startDevelopmentWorkloadApi(_options: DevelopmentWorkloadApiOptions): Promise<DevelopmentWorkloadApi> {
  return Promise.reject(new Error('not built yet'));
}
