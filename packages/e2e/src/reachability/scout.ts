import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { listeningPorts } from './listening-ports.ts';
import type { Seen, Target } from './scouting.ts';

/**
 * Looks around from inside a network namespace, for whoever started it there: says on which ports anybody listens in it, as
 * a line of JSON; reads targets, as another; tries them all at once, and says what it saw of each. Nothing but Node's own
 * modules is loaded, since one runs for each container.
 */
const timeoutMs = 1_000;

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

function tryToConnect({ address, port }: Target): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    const end = (seen: Seen): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.once('connect', () => end('connected'));
    socket.once('timeout', () => end('timeout'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(whatStoodInTheWay(code)));
  });
}

function whatStoodInTheWay(code: string | undefined): Seen {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timeout';
    default:
      return 'no route';
  }
}

console.log(JSON.stringify(listeningPorts(await read('/proc/net/tcp'), await read('/proc/net/tcp6'))));
for await (const line of createInterface({ input: process.stdin })) {
  const targets = JSON.parse(line) as readonly Target[];
  console.log(JSON.stringify(await Promise.all(targets.map(tryToConnect))));
  break;
}
process.exit(0);
