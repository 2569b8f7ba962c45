import { readStackDescription } from '@zt/e2e/stack-description';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { messageOf } from '../error-message.ts';
import { descriptionPath } from '../stack/stack-description-file.ts';
import { identityProviders } from '../surroundings/identity-provider.ts';
import { downSince } from './check-processes.ts';
import { meaningOfNoIdentities } from './check-spire.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 5_000;
const { process: server } = identityProviders.embedded;

/** Whether the development Workload API gives out identities: the operator's, by whose socket it is asked. */
export async function checkWorkloadApi(stack: RunningExaminedStack): Promise<Finding[]> {
  const { stateDirectory, status, command } = stack;
  // A stack that is starting has not written down yet where its sockets are.
  if (status.phase !== 'running') return [];
  const { workloads } = await readStackDescription(descriptionPath(stateDirectory));
  try {
    const { socket } = workloads.operator;
    (await createWorkloadX509Source({ socket, log: () => {}, startTimeoutMs: timeoutMs })).close();
    return [];
  } catch (error) {
    const reason = messageOf(error);
    return [
      {
        subject: server,
        what: `gives out no identity (${reason}): ${meaningOfNoIdentities(status)}`,
        since: await downSince(stack, server),
        todo: `where a fault was asked for, end it with ${command('fault mend')}; look at why: ${command(`logs ${server}`)}`,
      },
    ];
  }
}
