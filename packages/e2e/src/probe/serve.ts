import { z } from 'zod';
import { openDoorKeeper } from './door-keeper.ts';
import { spawnProbe } from './probe-process.ts';

/** Whoever starts this container comes within this time, or not at all. */
const firstMs = 120_000;
/** Nothing that can be a workload stays after those who used it. */
const idleMs = 20_000;

const { PROBE_SOCKET: door } = z.object({ PROBE_SOCKET: z.string().startsWith('/') }).parse(process.env);
const keeper = await openDoorKeeper({
  door,
  startProcess: () => spawnProbe(process.execPath),
  firstMs,
  idleMs,
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void keeper.close());
console.log(`who connects to ${door} gets a process in this container`);
await keeper.ended;
