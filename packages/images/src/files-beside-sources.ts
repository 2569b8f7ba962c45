import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const besideSource = /new URL\('([^']+\.wasm)', import\.meta\.url\)/g;

/** Copies the WebAssembly modules that a source reads from its package to the bundle, and has them looked for there. */
export const filesBesideSources: Plugin = {
  name: 'files-beside-sources',
  setup({ initialOptions: { outdir = '.' }, onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const files = [...source.matchAll(besideSource)].map(([, file = '']) => file);
      if (files.length === 0) return undefined;
      await mkdir(outdir, { recursive: true });
      await Promise.all(files.map((file) => copyFile(join(dirname(path), file), join(outdir, basename(file)))));
      const contents = source.replaceAll(besideSource, (_, file) => `new URL('./${basename(file)}', import.meta.url)`);
      return { contents, loader: 'ts' };
    });
  },
};
