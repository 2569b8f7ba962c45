import { findProgram } from '../programs/index.ts';
import { spireFiles } from '../spire/spire-files.ts';
import { runToEnd } from '../supervisor/run-to-end.ts';
import { downSince } from './check-processes.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 5_000;

/** Whether SPIRE's server and agent say of themselves that they are well. */
export async function checkSpire(stack: RunningExaminedStack): Promise<Finding[]> {
  const { record, stateDirectory, status, command } = stack;
  const files = spireFiles({ stateDirectory, socketDirectory: record.socketDirectory });
  const parts = [
    {
      name: 'spire-server',
      socket: files.serverSocket,
      meaning: 'nobody gets a new certificate from the agent for long',
    },
    {
      name: 'spire-agent',
      socket: files.agentSocket,
      meaning: meaningOfNoIdentities(status),
    },
  ] as const;
  const found = await Promise.all(
    parts.map(async ({ name, socket, meaning }): Promise<Finding[]> => {
      if (await isHealthy(name, socket)) return [];
      return [
        {
          subject: name,
          what: `does not answer: ${meaning}`,
          since: await downSince(stack, name),
          todo: `it is started again by itself where it died; look at why: ${command(`logs ${name}`)}`,
        },
      ];
    }),
  );
  return found.flat();
}

/** What it means that nobody gives out certificates any more. */
export function meaningOfNoIdentities({ processes }: RunningExaminedStack['status']): string {
  const [first] = processes.flatMap(({ svids }) => svids.map(({ notAfter }) => notAfter)).toSorted();
  const until = first === undefined ? '' : `, the first at ${first}`;
  return `workloads go on with the certificates that they have until those end${until}; then nothing is accepted`;
}

async function isHealthy(name: 'spire-server' | 'spire-agent', socket: string): Promise<boolean> {
  const program = await findProgram(name, process.env);
  if (program === null) return false;
  return await runToEnd({ name, command: program, args: ['healthcheck', '-socketPath', socket], timeoutMs }).then(
    () => true,
    () => false,
  );
}
