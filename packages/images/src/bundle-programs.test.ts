import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePrograms } from './bundle-programs.ts';

const root = join(import.meta.dirname, '../../..');
const apps = await readdir(join(root, 'apps'));

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-images-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Runs a bundle with nothing around it but node: no folder of packages, and no environment. */
async function run(program: string): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = spawn(process.execPath, [program], { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, [code]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]).then((pieces) => pieces.join('')),
    once(child, 'close'),
  ]);
  return { output, code };
}

/** Sources as a workspace has them, by their paths. */
async function writeSources(sources: Readonly<Record<string, string>>): Promise<string> {
  const workspace = await mkdtemp(join(directory, 'workspace-'));
  for (const [path, source] of Object.entries(sources)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), source);
  }
  return workspace;
}

test.each(apps)(
  'the bundle of %s is all that node needs to get to where the service asks for its environment',
  async (app) => {
    const bundle = join(directory, app);
    await bundlePrograms({ root, entries: { main: `apps/${app}/src/main.ts` }, directory: bundle });
    const { output, code } = await run(join(bundle, 'main.js'));
    expect(output).toContain('the environment of the service is incomplete');
    expect(code).toBe(1);
  },
);

test('two programs are bundled into one folder, each by its name', async () => {
  const workspace = await writeSources({
    'a/src/main.ts': "import { word } from './word.ts';\nconst said: string = word;\nconsole.log(said);\n",
    'a/src/word.ts': "export const word = 'started';\n",
    'b/src/health.ts': "console.log('healthy' satisfies string);\n",
  });
  const bundle = join(workspace, 'bundle');
  await bundlePrograms({
    root: workspace,
    entries: { main: 'a/src/main.ts', health: 'b/src/health.ts' },
    directory: bundle,
  });
  expect(await run(join(bundle, 'main.js'))).toEqual({ output: 'started\n', code: 0 });
  expect(await run(join(bundle, 'health.js'))).toEqual({ output: 'healthy\n', code: 0 });
});

test('a package of the old module system may ask for a module of node while it runs', async () => {
  const workspace = await writeSources({
    'src/main.ts': "import name from 'old';\nconsole.log(name);\n",
    'node_modules/old/package.json': '{ "main": "index.js" }',
    'node_modules/old/index.js': "const load = require;\nmodule.exports = load('path').basename('/a/b');\n",
  });
  await bundlePrograms({ root: workspace, entries: { main: 'src/main.ts' }, directory: join(workspace, 'bundle') });
  expect(await run(join(workspace, 'bundle/main.js'))).toEqual({ output: 'b\n', code: 0 });
});

test('a WebAssembly module that a source reads from its package is next to the bundle', async () => {
  const workspace = await writeSources({
    'policy/src/index.ts': [
      "import { readFileSync } from 'node:fs';",
      "export const policy = readFileSync(new URL('../policy.wasm', import.meta.url), 'utf8');",
    ].join('\n'),
    'policy/policy.wasm': 'compiled rules',
    'src/main.ts': "import { policy } from '../policy/src/index.ts';\nconsole.log(policy);\n",
  });
  const bundle = join(workspace, 'bundle');
  await bundlePrograms({ root: workspace, entries: { main: 'src/main.ts' }, directory: bundle });
  await rm(join(workspace, 'policy'), { recursive: true });
  expect(await run(join(bundle, 'main.js'))).toEqual({ output: 'compiled rules\n', code: 0 });
});

test('a bundle says nothing of where it was made', async () => {
  const bundle = join(directory, 'elsewhere');
  await bundlePrograms({ root, entries: { main: 'apps/order/src/main.ts' }, directory: bundle });
  expect(await readFile(join(bundle, 'main.js'), 'utf8')).not.toContain(root.slice(1));
});
