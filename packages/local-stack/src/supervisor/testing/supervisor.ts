import { setTimeout as sleep } from 'node:timers/promises';
import { createProcessGroup } from '../create-process-group.ts';

/** A supervisor to be killed by a test: starts two processes, one of them as a program that refuses root, and prints their ids. */
const group = await createProcessGroup({ stateDirectory: process.argv[2] ?? '', onCrash: () => undefined });
const wait = { command: process.execPath, args: ['-e', "console.log('runs'); setInterval(() => {}, 1000)"] };
const plain = await group.start({ name: 'plain', ...wait });
const mapped = await group.start({ name: 'mapped', ...wait, refusesRoot: true, stopSignal: 'SIGINT' });
// The kernel knows whom to end once the program itself runs, and not before.
for (const { name } of [plain, mapped]) while (!(await group.tail(name, 1)).includes('runs')) await sleep(20);
console.log(JSON.stringify([plain.pid, mapped.pid]));
