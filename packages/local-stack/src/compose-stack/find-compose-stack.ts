import { join } from 'node:path';
import type { EnclosingStack } from '@zt/e2e/enclosing-stack';
import { createEngineClient, readContainerLog } from '@zt/e2e/engine';
import { readStackDescription } from '@zt/e2e/stack-description';
import { places } from '../compose/places.ts';
import { createSpireAuthoritySteps } from '../spire/authority-steps.ts';
import { createSpireServerCommands } from '../spire/spire-server-commands.ts';
import type { FoundStack } from '../stack/found-stack.ts';
import { demoSettings } from '../stack/stack-settings.ts';
import { runToEnd } from '../supervisor/run-to-end.ts';
import { composeStatus, nameIn } from './compose-status.ts';

/** The stack whose containers this process runs among. It runs, since this does; it may not have started yet. */
export async function findComposeStack({ name, directory, engineSocket }: EnclosingStack): Promise<FoundStack> {
  const engine = createEngineClient(engineSocket);
  const { serverProgram, serverSocket } = places.registration;
  return {
    stateDirectory: directory,
    settings: { svidTtlSeconds: Number(process.env.ZT_SVID_TTL ?? demoSettings.svidTtlSeconds) },
    status: await composeStatus(engine, {
      name,
      description: await readStackDescription(join(directory, 'description.json')).catch(() => null),
    }),
    authority: createSpireAuthoritySteps(
      createSpireServerCommands({ processes: { run: runToEnd }, program: serverProgram, socket: serverSocket }),
    ),
    async readLogs(wanted) {
      const containers = await engine.containers();
      const meant = containers.filter((each) => each.service === wanted || nameIn(containers, each) === wanted);
      return await Promise.all(meant.map(({ id }) => readContainerLog(engine, id)));
    },
  };
}
