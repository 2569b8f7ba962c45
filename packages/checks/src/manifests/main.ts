import { resolve } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { manifestProgramNames, provideForThisMachine } from '@zt/local-stack/programs';
import { checkManifests } from './check-manifests.ts';
import { createCommandLine } from './command-line.ts';
import { kubernetesVersion } from './validate-objects.ts';

const root = resolve(import.meta.dirname, '../../../..');

await createCommandLine(async ({ crds }) => {
  const programs = {} as Record<(typeof manifestProgramNames)[number], string>;
  // One after the other: a build uses every core.
  for (const name of manifestProgramNames) {
    const onProgress = (message: string): void => console.error(`${name}: ${message}`);
    programs[name] = (await provideForThisMachine(name, root, onProgress)).path;
  }
  const { lines, faults } = await checkManifests({
    root,
    folder: resolve(root, 'infra/kubernetes/overlays'),
    graph: accessGraph,
    programs,
    schemas: crds.map((folder) => resolve(folder)),
  });
  for (const line of lines) console.log(line);
  if (lines.some((line) => line.includes('NOT VALIDATED'))) {
    console.log(
      "Linkerd's schemas are in no Go module that can be fetched: `linkerd install --crds` writes them; give their folder as --crds.",
    );
  }
  for (const fault of faults) console.error(fault);
  const outcome = faults.length === 0 ? 'as the access graph has it' : `${faults.length} faults`;
  console.log(`${lines.length} overlays, schemas of Kubernetes ${kubernetesVersion}: ${outcome}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
})
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`manifests: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
