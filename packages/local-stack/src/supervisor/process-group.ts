/** How a process is to be started. */
export interface ProcessDescription {
  /** Also the name of its log file: `<stateDirectory>/logs/<name>.log`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited but PATH, HOME, LANG, TMPDIR and NODE_COMPILE_CACHE. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** For programs that refuse to run as root: in a user namespace of its own where the operator is root. */
  readonly refusesRoot?: boolean;
  /** What asks it to end, also when the supervisor is gone; SIGTERM unless told otherwise. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles when it has ended, for whatever reason. */
  readonly exited: Promise<ProcessExit>;
  signal(signal: NodeJS.Signals): void;
  /** Its stop signal, then SIGKILL after the grace time; settles when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** All processes of one stack: none of them outlives it. */
export interface ProcessGroup {
  start(description: ProcessDescription): Promise<ManagedProcess>;
  /** Runs a program to its end and gives its output; throws with its last lines where it fails. */
  run(description: ProcessDescription & { readonly input?: string; readonly timeoutMs?: number }): Promise<string>;
  /** The last lines of a process's log. */
  tail(name: string, lines: number): Promise<string>;
  /** Stops all, the last started first. */
  stopAll(): Promise<void>;
}

/** A process that ended although nobody asked it to. */
export interface Crash {
  readonly name: string;
  readonly exit: ProcessExit;
  readonly lastLines: string;
}
