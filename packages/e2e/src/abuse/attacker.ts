import { text } from 'node:stream/consumers';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { attackOrder } from './attack-order.ts';
import { attacks } from './attacks.ts';

// A process of its own: what an attack costs whoever makes it must not slow down those who call beside it.
const { id, host, port, socket, forMs } = attackOrder.parse(JSON.parse(await text(process.stdin)));
const attack = attacks.find((each) => each.id === id);
if (attack === undefined) throw new Error(`there is no attack ${id}`);
const source = await createWorkloadX509Source({ socket, log: () => {} });
const tally = await attack.run({ host, port, identity: source.current() }, AbortSignal.timeout(forMs));
process.stdout.write(JSON.stringify(tally), () => process.exit());
