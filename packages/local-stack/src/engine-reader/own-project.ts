import type { EngineConnection } from '@zt/container-engine/connection';
import { composeLabels } from '@zt/container-engine/labels';
import { z } from 'zod';
import { type ShownContainer, type ShownList, shownContainer, shownList } from './shown-container.ts';

/** The containers of one compose project. Those of others are as if they were not there. */
export interface OwnProject {
  readonly name: string;
  /** Null where there is none of this id. */
  inspect(id: string): Promise<ShownContainer | null>;
  list(all: boolean): Promise<ShownList>;
}

export function createOwnProject(engine: EngineConnection, name: string): OwnProject {
  return {
    name,
    async inspect(id) {
      const { status, body } = await engine.json(`/containers/${id}/json`);
      if (status === 404) return null;
      const container = shownContainer.parse(body);
      return container.Id === id && container.Config.Labels[composeLabels.project] === name ? container : null;
    },
    async list(all) {
      const filters = encodeURIComponent(JSON.stringify({ label: [`${composeLabels.project}=${name}`] }));
      const { body } = await engine.json(`/containers/json?all=${all}&filters=${filters}`);
      return shownList.parse(body).filter(({ Labels }) => Labels[composeLabels.project] === name);
    },
  };
}

const labelled = z.object({ Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }) });

/** The project that the container of this name belongs to. Throws where it belongs to none. */
export async function projectOf(engine: EngineConnection, container: string): Promise<string> {
  if (!/^[0-9a-f]{12,64}$/.test(container)) throw new Error('the host name is no id of a container');
  const { status, body } = await engine.json(`/containers/${container}/json`);
  if (status !== 200) throw new Error(`the engine knows no container ${container}`);
  const project = labelled.parse(body).Config.Labels?.[composeLabels.project];
  if (project === undefined) throw new Error('this container belongs to no compose project');
  return project;
}
