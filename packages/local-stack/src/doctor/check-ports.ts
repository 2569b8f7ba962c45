import { once } from 'node:events';
import { connect } from 'node:net';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 2_000;

/** Ports at which nobody answers, of processes that run. */
export async function checkPorts({ status, ports: known, command }: RunningExaminedStack): Promise<Finding[]> {
  const ports = status.processes
    .filter(({ state }) => state === 'running')
    .flatMap(({ name, ports }) => ports.map((port) => ({ name, port })))
    // Vault opens that one only where it has others of its kind. At those of the services a connection that says nothing
    // is a refused handshake, which is recorded: whether they answer is found out by shaking hands.
    .filter(({ port }) => port !== known.vaultCluster && !Object.values(known.grpc).includes(port));
  const silent = await Promise.all(ports.map(async (each) => ((await answers(each.port)) ? [] : [each])));
  return silent.flat().map(({ name, port }) => ({
    subject: name,
    what: `runs, and takes no connection at 127.0.0.1:${port}`,
    since: null,
    todo: `look at why: ${command(`logs ${name}`)}`,
  }));
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
