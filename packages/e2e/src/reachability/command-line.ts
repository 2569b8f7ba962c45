import { Command, InvalidArgumentError } from 'commander';
import type { Target } from './scouting.ts';

export interface ReachabilityOptions {
  readonly name: string;
  readonly outside: readonly OutsideAddress[];
  readonly report?: string;
}

export interface OutsideAddress extends Pick<Target, 'port'> {
  readonly host: string;
}

/** The options of `reachability`, and what is done with them. */
export function createCommandLine(run: (options: ReachabilityOptions) => Promise<void>): Command {
  return new Command('reachability')
    .description(
      'Tries from inside each container of a running stack of containers to reach every other one, and compares what it finds with the access graph.',
    )
    .option('--name <project>', 'the compose project', 'zero-trust')
    .option(
      '--outside <host:port>',
      'a place on the internet to try as well; may be said several times',
      parsePlace,
      [],
    )
    .option('--report <file>', 'write what was seen as JSON')
    .action(run);
}

function parsePlace(text: string, before: readonly OutsideAddress[]): OutsideAddress[] {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535)
    throw new InvalidArgumentError('a host and a port are wanted, like example.com:443');
  return [...before, { host, port: Number(port) }];
}
