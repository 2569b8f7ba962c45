import type { ProcessGroup } from '../supervisor/process-group.ts';

/** The command line of `spire-server`, on the private socket of one server. */
export interface SpireServerCommands {
  text(args: readonly string[]): Promise<string>;
  /** For commands that can print JSON; what they print is the caller's to check. */
  json(args: readonly string[], input?: unknown): Promise<unknown>;
}

export function createSpireServerCommands(options: {
  readonly processes: Pick<ProcessGroup, 'run'>;
  readonly program: string;
  readonly socket: string;
}): SpireServerCommands {
  const run = (args: readonly string[], input?: string) =>
    options.processes.run({
      name: `spire-server ${args.slice(0, 3).join(' ')}`,
      command: options.program,
      args: [...args, '-socketPath', options.socket],
      ...(input === undefined ? {} : { input }),
    });
  return {
    text: (args) => run(args),
    async json(args, input) {
      const output = await run([...args, '-output', 'json'], input === undefined ? undefined : JSON.stringify(input));
      return JSON.parse(output);
    },
  };
}
