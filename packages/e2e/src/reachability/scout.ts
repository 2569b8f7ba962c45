import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Question, Sight, Target } from './scouting.ts';
import { parseSocketTables, type SocketTable } from './socket-table.ts';

/**
 * Looks around from inside a network namespace, for whoever started it there. Each question is a line of JSON, and so is the
 * answer. What it connected to it holds until there are no more questions. Nothing but Node's own modules is loaded, since
 * one runs for each container.
 */
const timeoutMs = 1_000;

async function readSockets(): Promise<SocketTable> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''));
  return parseSocketTables(...(await Promise.all(tables)));
}

function tryToConnect({ address, port }: Target): Promise<Sight> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const giveUp = setTimeout(() => {
      socket.destroy();
      resolve({ seen: 'timeout', from: 0 });
    }, timeoutMs);
    socket.once('connect', () => {
      clearTimeout(giveUp);
      resolve({ seen: 'connected', from: socket.localPort ?? 0 });
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      clearTimeout(giveUp);
      resolve({ seen: whatStoodInTheWay(code), from: 0 });
    });
  });
}

function whatStoodInTheWay(code: string | undefined): Sight['seen'] {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timeout';
    default:
      return 'no route';
  }
}

async function answer(question: Question): Promise<unknown> {
  switch (question.what) {
    case 'listening':
      return (await readSockets()).listening;
    case 'look':
      return await Promise.all(question.targets.map(tryToConnect));
    case 'has': {
      const { connections } = await readSockets();
      return question.connections.map(({ own, peer }) => connections.some((c) => c.own === own && c.peer === peer));
    }
  }
}

for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await answer(JSON.parse(line) as Question)));
process.exit(0);
