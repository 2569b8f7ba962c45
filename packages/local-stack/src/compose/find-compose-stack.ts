import { createEngineClient, nameAmong, readContainerLog } from '@zt/container-engine';
import type { EnclosingStack } from '@zt/e2e/enclosing-stack';
import { descriptionPath, readStackDescription } from '@zt/e2e/stack-description';
import { createSpireAuthoritySteps } from '../spire/authority-steps.ts';
import type { FoundStack } from '../stack/found-stack.ts';
import { composePhase, composeStatus } from './compose-status.ts';
import { containerSpireServer } from './container-spire-server.ts';
import { stepSetting } from './step-settings.ts';

/** The stack whose containers this process runs among. It runs, since this does; it may not have started yet. */
export async function findComposeStack({ name, directory, engineSocket }: EnclosingStack): Promise<FoundStack> {
  const engine = createEngineClient(engineSocket);
  const description = await readStackDescription(descriptionPath(directory)).catch(() => null);
  return {
    stateDirectory: directory,
    settings: { svidTtlSeconds: stepSetting('svidTtlSeconds', process.env) },
    phase: await composePhase(engine, description),
    readStatus: () => composeStatus(engine, { name, description }),
    authority: createSpireAuthoritySteps(containerSpireServer()),
    async readLogs(wanted) {
      const containers = await engine.containers();
      const meant = containers.filter((each) => each.service === wanted || nameAmong(containers, each) === wanted);
      return await Promise.all(meant.map(({ id }) => readContainerLog(engine, id)));
    },
  };
}
