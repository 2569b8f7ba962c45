import { readStackDescription } from '@zt/e2e/stack-description';
import { shakeHands } from '../operator/jobs/shake-hands.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { appNames } from '../stack/app-environment.ts';
import { descriptionPath } from '../stack/stack-description-file.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Whether the operator and each service accept each other's certificates. Without an identity the operator can't tell. */
export async function checkServices({
  stateDirectory,
  status,
  ports,
  command,
}: RunningExaminedStack): Promise<Finding[]> {
  // Said by the check of the supervisor; a stack that is starting has not written down yet how to be its operator.
  if (status.phase !== 'running') return [];
  const running = appNames.filter((name) => status.processes.some((each) => each.name === name && each.pid !== null));
  const stack = await readStackDescription(descriptionPath(stateDirectory));
  const services = running.map((name) => ({ name, host: '127.0.0.1', port: ports[name] }));
  const found = await runAsOperator(stack, shakeHands, { services });
  return found.map(({ name, trouble }) => ({
    subject: name,
    what: `cannot be talked to over mutual TLS (${trouble})`,
    since: null,
    todo: `look at why: ${command(`logs ${name}`)}`,
  }));
}
