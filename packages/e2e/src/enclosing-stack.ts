/** The stack whose containers this process runs among: the only one that it can know of. */
export interface EnclosingStack {
  readonly name: string;
  /** With its description, its users' passwords and the logins that are kept. */
  readonly directory: string;
  /** Path of the Unix socket at which the container engine may be asked for what its own containers say. */
  readonly engineSocket: string;
}

/** As every container of the command line has it: docker-compose.yml mounts it there. */
export const stackOfContainers: EnclosingStack = {
  name: 'compose',
  directory: '/stack',
  engineSocket: '/run/engine-read/engine.sock',
};

/** Null where this process runs on a machine, which may have stacks of any number. */
export function enclosingStack(environment: Readonly<NodeJS.ProcessEnv> = process.env): EnclosingStack | null {
  return environment.ZT_STACK === stackOfContainers.name ? stackOfContainers : null;
}
