import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { filesBesideSources } from './files-beside-sources.ts';

/** What of an image differs from the next one's: by the name of the bundle, the path of its program from the root. */
export interface Programs {
  readonly root: string;
  readonly entries: Readonly<Record<string, string>>;
  readonly directory: string;
}

/**
 * Writes each program with all that it imports as one file, `<name>.js`, and next to it what they read of their own
 * sources' files. Node itself is all that they need then. Names stay as they are, so that a stack trace can be read.
 */
export async function bundlePrograms({ root, entries, directory }: Programs): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { ...entries },
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Of what a package brings in both module systems, the one of which unused parts can be left out.
    mainFields: ['module', 'main'],
    // As node strips types, wherever the settings of the type checker are.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    // Other ways to speak with Postgres, which pg looks for only when asked to.
    external: ['pg-native', 'pg-cloudflare'],
    // Packages of the old module system ask for node's own modules while they run.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    legalComments: 'eof',
    logLevel: 'warning',
    plugins: [filesBesideSources],
  });
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
}
