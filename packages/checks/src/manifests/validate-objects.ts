import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type ManifestObject, nameOf } from './manifest-object.ts';
import { runProgram } from './run-program.ts';

/** The version of Kubernetes whose schemas `kubectl-validate` has in it. */
export const kubernetesVersion = '1.30';

const statuses = z.record(
  z.string(),
  z.array(z.object({ status: z.string().optional(), message: z.string().optional() })),
);

/** What is wrong with objects by the schemas of Kubernetes and these CustomResourceDefinitions; none where nothing is. */
export async function validateObjects(
  kubectlValidate: string,
  objects: readonly ManifestObject[],
  schemaFolders: readonly string[],
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'zt-manifests-'));
  try {
    const pathOf = (index: number): string => join(folder, `${index}.yaml`);
    await Promise.all(objects.map((object, index) => writeFile(pathOf(index), JSON.stringify(object))));
    const schemas = schemaFolders.flatMap((path) => ['--local-crds', path]);
    // Some cluster that the reader works with is not asked.
    const { output, errors } = await runProgram(
      kubectlValidate,
      ['--version', kubernetesVersion, '--output', 'json', ...schemas, folder],
      { env: { KUBECONFIG: '/dev/null' } },
    );
    if (!output.trimStart().startsWith('{')) throw new Error(`kubectl-validate gave no answer:\n${errors}`);
    const found = statuses.parse(JSON.parse(output));
    return objects.flatMap((object, index) => {
      const answers = found[pathOf(index)] ?? [];
      if (answers.length === 0) return [`${nameOf(object)} was not looked at`];
      const bad = answers.filter(({ status }) => status !== 'Success');
      return bad.map(({ message }) => `${nameOf(object)}: ${message?.trim() ?? 'is not valid'}`);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
