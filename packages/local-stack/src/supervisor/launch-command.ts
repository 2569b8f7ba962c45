import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ProcessDescription } from './process-group.ts';

export interface LaunchCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The command line that runs a program so that the kernel ends it with its supervisor (Linux), and not as root where it
 * refuses that. `setpriv` comes last, so that nothing after it changes credentials, which could clear the signal.
 */
export function launchCommand(
  description: Pick<ProcessDescription, 'command' | 'args' | 'refusesRoot' | 'stopSignal'>,
  machine: { readonly platform: NodeJS.Platform; readonly uid: number; readonly path: string },
): LaunchCommand {
  let words = [description.command, ...description.args];
  if (machine.platform === 'linux') {
    const setpriv = findOnPath('setpriv', machine.path);
    const signal = (description.stopSignal ?? 'SIGTERM').replace(/^SIG/, '');
    if (setpriv !== null) words = [setpriv, '--pdeathsig', signal, '--', ...words];
  }
  if (description.refusesRoot === true && machine.uid === 0) {
    const unshare = machine.platform === 'linux' ? findOnPath('unshare', machine.path) : null;
    if (unshare === null) {
      throw new Error(
        `${description.command} refuses to run as root: start the stack as another user, or install unshare`,
      );
    }
    words = [unshare, '--user', '--map-user=1', '--map-group=1', '--', ...words];
  }
  const [command, ...args] = words;
  if (command === undefined) throw new TypeError('no command');
  return { command, args };
}

/** The absolute path of a program, or null. */
function findOnPath(program: string, path: string): string | null {
  for (const folder of path.split(delimiter)) {
    if (folder !== '' && existsSync(join(folder, program))) return join(folder, program);
  }
  return null;
}
