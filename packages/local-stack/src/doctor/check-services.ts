import { serviceNames } from '@zt/access-graph';
import { descriptionPath, readStackDescription } from '@zt/e2e/stack-description';
import type { ProcessStatus } from '../control/stack-status.ts';
import { shakeHands } from '../operator/jobs/shake-hands.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Whether the operator and each service accept each other's certificates. Without an identity the operator can't tell. */
export async function checkServices({
  stateDirectory,
  status,
  command,
}: Pick<RunningExaminedStack, 'stateDirectory' | 'status' | 'command'>): Promise<Finding[]> {
  // Said by the check of the supervisor; a stack that is starting has not written down yet how to be its operator.
  if (status.phase !== 'running') return [];
  const running = serviceNames.filter((name) => status.processes.some((each) => isOf(name, each)));
  const stack = await readStackDescription(descriptionPath(stateDirectory));
  const services = running.map((name) => {
    const [host = '', port] = stack.addresses[name].split(':');
    return { name, host, port: Number(port) };
  });
  const found = await runAsOperator(stack, shakeHands, { services });
  return found.map(({ name, trouble }) => ({
    subject: name,
    what: `cannot be talked to over mutual TLS (${trouble})`,
    since: null,
    todo: `look at why: ${command(`logs ${name}`)}`,
  }));
}

/** Whether that process runs and is the service, or a copy of it, which has a number behind the name. */
function isOf(service: string, { name, state }: ProcessStatus): boolean {
  return state === 'running' && name.replace(/-\d+$/, '') === service;
}
