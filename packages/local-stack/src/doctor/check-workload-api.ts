import { descriptionPath, readStackDescription, type StackDescription } from '@zt/e2e/stack-description';
import type { StackKind } from '@zt/e2e/stack-kind';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { messageOf } from '../error-message.ts';
import { shakeHands } from '../operator/jobs/shake-hands.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { identityProviders } from '../surroundings/identity-provider.ts';
import { downSince } from './check-processes.ts';
import { meaningOfNoIdentities } from './check-spire.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 5_000;

/** Whether the Workload API gives out identities: the operator's, by whose socket or in whose process it is asked. */
export async function checkWorkloadApi(
  stack: Pick<RunningExaminedStack, 'stateDirectory' | 'status' | 'command'> & { readonly kind: StackKind },
): Promise<Finding[]> {
  const { stateDirectory, status, command, kind } = stack;
  const { process: server } = identityProviders[kind];
  const look = `look at why: ${command(`logs ${server}`)}`;
  // A stack that is starting has not written down yet where its sockets are.
  if (status.phase !== 'running') return [];
  const description = await readStackDescription(descriptionPath(stateDirectory));
  try {
    await (kind === 'compose' ? askByProgram(description) : askBySocket(description));
    return [];
  } catch (error) {
    const reason = messageOf(error);
    return [
      {
        subject: server,
        what: `gives out no identity (${reason}): ${meaningOfNoIdentities(status)}`,
        since: await downSince(stack, server),
        todo: kind === 'compose' ? look : `where a fault was asked for, end it with ${command('fault mend')}; ${look}`,
      },
    ];
  }
}

async function askBySocket({ workloads }: StackDescription): Promise<void> {
  const { socket } = workloads.operator;
  (await createWorkloadX509Source({ socket, log: () => {}, startTimeoutMs: timeoutMs })).close();
}

/** Whose hand is shaken is left to another check. */
async function askByProgram(description: StackDescription): Promise<void> {
  await runAsOperator(description, shakeHands, { services: [] });
}
