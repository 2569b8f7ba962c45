import { join } from 'node:path';
import type { DevelopmentAuthority, DevelopmentIdentity } from './development-authority.ts';
import { type DevelopmentLog, type DevelopmentLogLine, logToStandardError } from './development-log.ts';
import type { Manner } from './manner.ts';
import { makePrivateFolder } from './unix-listener.ts';
import { createWorkloadEndpoint, type WorkloadEndpoint } from './workload-endpoint.ts';

export interface DevelopmentWorkloadApiOptions {
  readonly authority: DevelopmentAuthority;
  /** Of the sockets. Made with mode 0700 where it isn't there; one that others may enter is an error. */
  readonly directory: string;
  /** Standard error otherwise, as lines of JSON. */
  readonly log?: DevelopmentLog;
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
  /** Until `mend`, connections and streams open as ever, and nothing comes, of any method; then what was kept back comes. */
  hang(workload?: string): void;
  /**
   * Until `mend`, every answer is a message whose end is missing, and is the last of its stream. Streams that are open
   * get one at once.
   */
  halfAMessage(workload?: string): void;
  /** Until `mend`, every answer, and every message of a stream, comes so much later. */
  answerSlowly(ms: number, workload?: string): void;
  /** Ends hanging, half messages, slowness and short lives, of one workload or of all. */
  mend(workload?: string): Promise<void>;
  /** As when an agent's process dies: connections break, and nobody answers at the sockets. Twice is once. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const namePattern = /^[a-z0-9][a-z0-9-]*$/;
const stranger = 'stranger';

export async function startDevelopmentWorkloadApi({
  authority,
  directory,
  log = logToStandardError,
}: DevelopmentWorkloadApiOptions): Promise<DevelopmentWorkloadApi> {
  await makePrivateFolder(directory);
  const endpoints = new Map<string, WorkloadEndpoint>();
  let isRunning = true;

  function say(
    level: DevelopmentLogLine['level'],
    msg: string,
    fields: Readonly<Record<string, string | boolean>> = {},
  ): void {
    log({ level, msg, time: new Date().toISOString(), ...fields });
  }

  async function open(workload: string): Promise<WorkloadEndpoint> {
    const endpoint = createWorkloadEndpoint({
      authority,
      path: join(directory, `${workload}.sock`),
      onStranger: (method) => say('error', 'No identity issued', { workload, method, registered: false }),
      onFailure: (error) => say('error', 'X.509-SVIDs could not be renewed', { workload, error: String(error) }),
    });
    endpoints.set(workload, endpoint);
    if (isRunning) await endpoint.listen();
    return endpoint;
  }

  function named(workload: string | undefined): readonly WorkloadEndpoint[] {
    if (workload === undefined) return [...endpoints.values()];
    const endpoint = endpoints.get(workload);
    if (endpoint === undefined) throw new Error(`nobody is registered as ${workload}`);
    return [endpoint];
  }

  function behave(manner: Manner, workload: string | undefined): void {
    for (const endpoint of named(workload)) endpoint.behave(manner);
  }

  const forAll = async (run: (endpoint: WorkloadEndpoint) => Promise<void>, workload?: string): Promise<void> => {
    await Promise.all(named(workload).map(run));
  };

  const strangers = await open(stranger);
  say('info', 'Development Workload API: for development and tests only, this is no SPIRE');

  return {
    async register(workload, identities) {
      if (!namePattern.test(workload) || workload === stranger)
        throw new TypeError(`${workload} is no workload's name`);
      if (identities.length === 0) throw new TypeError('a workload is registered with an identity, or else withdrawn');
      const endpoint = endpoints.get(workload) ?? (await open(workload));
      await endpoint.register(identities);
      return endpoint.socket;
    },
    withdraw(workload) {
      for (const endpoint of named(workload)) endpoint.withdraw();
    },
    strangerSocket: strangers.socket,
    rotate: (workload) => forAll((endpoint) => endpoint.rotate(), workload),
    issueShortLived: (workload, seconds) => forAll((endpoint) => endpoint.shorten(seconds), workload),
    hang: (workload) => behave({ kind: 'hung' }, workload),
    halfAMessage: (workload) => behave({ kind: 'broken' }, workload),
    answerSlowly: (ms, workload) => behave({ kind: 'slow', ms }, workload),
    mend: (workload) => forAll((endpoint) => endpoint.mend(), workload),
    async stop() {
      isRunning = false;
      await forAll((endpoint) => endpoint.stop());
    },
    async start() {
      if (isRunning) return;
      isRunning = true;
      await forAll((endpoint) => endpoint.listen());
    },
    async close() {
      isRunning = false;
      await forAll((endpoint) => endpoint.close());
    },
  };
}
