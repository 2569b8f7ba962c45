/**
 * Says whether the service of this environment serves, for whoever watches over its container: exit code 0 where it does,
 * 1 where it does not, with one line that says why. It runs every few seconds, so it imports no more than it needs.
 */
import { checkHealth } from './check-health.ts';

const { SPIFFE_ENDPOINT_SOCKET, LISTEN_ADDRESS } = process.env;
const [, host, port] = /^(.+):(\d+)$/.exec(LISTEN_ADDRESS ?? '') ?? [];

try {
  if (SPIFFE_ENDPOINT_SOCKET === undefined || host === undefined) {
    throw new Error('SPIFFE_ENDPOINT_SOCKET and LISTEN_ADDRESS have to say where the agent and the service are');
  }
  say(await checkHealth({ socket: SPIFFE_ENDPOINT_SOCKET, listen: { host, port: Number(port) } }));
} catch (error) {
  say(`not serving: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
// Nothing is left to wait for, and whoever asked waits for the end.
process.exit();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
