import { stackOfContainers } from '@zt/e2e/enclosing-stack';

export interface EngineReaderEnvironment {
  readonly engineSocket: string;
  readonly agentDoor: string;
  readonly toolsDoor: string;
  /** Null where it is that of the container that this runs in. */
  readonly project: string | null;
}

export function engineReaderEnvironment(environment: NodeJS.ProcessEnv): EngineReaderEnvironment {
  return {
    engineSocket: environment.ENGINE_SOCKET ?? '/var/run/docker.sock',
    agentDoor: environment.AGENT_DOOR ?? '/run/engine/engine.sock',
    toolsDoor: environment.TOOLS_DOOR ?? stackOfContainers.engineSocket,
    project: environment.COMPOSE_PROJECT ?? null,
  };
}
