import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readDocument } from '../compose/compose-file.ts';

type Scripts = Readonly<Record<string, string>>;

/** What the repository has that pages can name. */
export interface Workspace {
  readonly root: string;
  readonly scripts: Scripts;
  /** The scripts of each package, by its name. */
  readonly packages: ReadonlyMap<string, Scripts>;
  readonly composeServices: readonly string[];
}

const manifest = z.object({ name: z.string(), scripts: z.record(z.string(), z.string()).default({}) });

export async function readWorkspace(root: string): Promise<Workspace> {
  const read = async (path: string) => manifest.parse(JSON.parse(await readFile(join(root, path), 'utf8')));
  const paths = globSync(['{apps,packages}/*/package.json', 'proto/package.json'], { cwd: root });
  const packages = await Promise.all(paths.map(read));
  return {
    root,
    scripts: (await read('package.json')).scripts,
    packages: new Map(packages.map(({ name, scripts }) => [name, scripts])),
    composeServices: Object.keys(readDocument(await readFile(join(root, 'docker-compose.yml'), 'utf8')).services),
  };
}

/** Whether there is such a file or folder; one without a folder may be anywhere. */
export function exists(path: string, { root }: Workspace): boolean {
  if (existsSync(join(root, path))) return true;
  const isElsewhere = (folder: string): boolean => folder === 'node_modules' || folder === 'gen';
  const anywhere = `{apps,infra,packages,proto}/**/${path}`;
  return !path.includes('/') && globSync(anywhere, { cwd: root, exclude: isElsewhere }).length > 0;
}

/** The pages that are held to what they say. */
export function documentsOf({ root }: Workspace): string[] {
  return globSync(['*.md', 'docs/**/*.md', '{apps,packages}/*/*.md'], { cwd: root }).toSorted();
}
