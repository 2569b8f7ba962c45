import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { generatedFiles, generatedFolders } from '@zt/access-graph/generated-files';
import {
  findStaleFiles,
  type GeneratedTree,
  type StaleFile,
  writeGeneratedFiles,
} from '@zt/access-graph/generated-tree';
import type { Command } from 'commander';
import { repositoryRoot } from './repository-root.ts';

export function registerGeneratedFiles(graph: Command): void {
  graph
    .command('generate')
    .description('write the files that are made from the access graph, and say which changed')
    .action(async () => {
      const changed = await writeGeneratedFiles(committedTree());
      for (const file of changed) console.log(`${changes[file.state]} ${file.path}`);
      if (changed.length === 0) console.log('all generated files are as the access graph has them');
    });
  graph
    .command('check')
    .description('fail where a generated file, a contract in proto or a call in code is not as the access graph has it')
    .action(async () => {
      const stale = await findStaleFiles(committedTree());
      for (const { state, path } of stale) console.error(`${state}: ${path}`);
      if (stale.length === 0) console.log('all generated files are as the access graph has them');
      else console.error('Type `npx -y pnpm@12 zt graph generate`, and look at what changed.');
      process.exitCode = (await comparesWithCode()) && stale.length === 0 ? 0 : 1;
    });
}

/** In a process of its own: it is a check of the whole repository, which knows this package and not the other way round. */
async function comparesWithCode(): Promise<boolean> {
  const program = join(repositoryRoot, 'packages/checks/src/dead-edges/main.ts');
  const [code] = await once(spawn(process.execPath, [program], { stdio: 'inherit' }), 'close');
  return code === 0;
}

const changes: Readonly<Record<StaleFile['state'], string>> = {
  missing: 'new',
  different: 'changed',
  'left over': 'removed',
};

function committedTree(): GeneratedTree {
  return { root: repositoryRoot, files: generatedFiles(accessGraph), folders: generatedFolders };
}
