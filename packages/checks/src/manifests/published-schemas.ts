import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { outputOf } from './run-program.ts';

/** Where in their modules they are. */
const foldersIn = { 'istio.io/api': 'kubernetes', 'github.com/spiffe/spire-controller-manager': 'config/crd/bases' };

const downloaded = z.object({ Path: z.string(), Dir: z.string() });

/**
 * Folders with the CustomResourceDefinitions that Istio, SPIRE's controller manager and Cilium publish: out of the pinned
 * modules, which Go fetches once. Nothing of them is copied into the repository.
 */
export async function publishedSchemas(root: string, ciliumPolicy: string, temporary: string): Promise<string[]> {
  const cwd = join(root, 'infra/tools/kubernetes-schemas');
  const modules = await outputOf('go', ['mod', 'download', '-json', ...Object.keys(foldersIn)], { cwd });
  const found = modules
    .trim()
    .split(/(?<=^\})\s+/m)
    .map((each) => downloaded.parse(JSON.parse(each)));
  const folders = Object.entries(foldersIn).map(([path, folder]) => {
    const module = found.find(({ Path }) => Path === path);
    if (module === undefined) throw new Error(`Go did not fetch ${path}`);
    return join(module.Dir, folder);
  });
  const cilium = join(temporary, 'cilium');
  await mkdir(cilium);
  await writeFile(join(cilium, 'ciliumnetworkpolicies.yaml'), await outputOf(ciliumPolicy, ['crd']));
  return [...folders, cilium];
}
