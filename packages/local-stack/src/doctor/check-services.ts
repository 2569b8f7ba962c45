import { join } from 'node:path';
import { shakeHands } from '../operator/jobs/shake-hands.ts';
import { operatorName } from '../operator/operator-name.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { spireFiles } from '../spire/spire-files.ts';
import { appNames, vaultUrl } from '../stack/app-environment.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Whether the operator and each service accept each other's certificates. Without SPIRE's agent the operator has none. */
export async function checkServices({
  record,
  stateDirectory,
  status,
  ports,
  command,
}: RunningExaminedStack): Promise<Finding[]> {
  const running = appNames.filter((name) => status.processes.some((each) => each.name === name && each.pid !== null));
  const { agentSocket } = spireFiles({ stateDirectory, socketDirectory: record.socketDirectory });
  const stack = {
    agentSocket: `unix://${agentSocket}`,
    addresses: { identity: `127.0.0.1:${ports.identity}`, audit: `127.0.0.1:${ports.audit}`, vault: vaultUrl(ports) },
    operatorProgram: join(stateDirectory, 'bin', operatorName),
  };
  const services = running.map((name) => ({ name, host: '127.0.0.1', port: ports[name] }));
  const found = await runAsOperator(stack, shakeHands, { services });
  return found.map(({ name, trouble }) => ({
    subject: name,
    what: `cannot be talked to over mutual TLS (${trouble})`,
    since: null,
    todo: `look at why: ${command(`logs ${name}`)}`,
  }));
}
