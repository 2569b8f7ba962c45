import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Tally } from './attack.ts';
import { type AttackOrder, tally } from './attack-order.ts';

const script = fileURLToPath(new URL('./attacker.ts', import.meta.url));
/** For its start, and for an SVID. */
const patienceMs = 15_000;

/** Lets a process under this node program attack; gives what it did. Throws where it could not. */
export async function startAttacker(program: string, order: AttackOrder): Promise<Tally> {
  const child = spawn(program, [script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1' },
    timeout: order.forMs + patienceMs,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {}).end(JSON.stringify(order));
  const [said, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`the attacker of ${order.id} failed: ${complaints.slice(-2_000)}`);
  return tally.parse(JSON.parse(said));
}
