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
    .description('fail where a generated file is not as the access graph has it')
    .action(async () => {
      const stale = await findStaleFiles(committedTree());
      if (stale.length === 0) return console.log('all generated files are as the access graph has them');
      for (const { state, path } of stale) console.error(`${state}: ${path}`);
      console.error('Type `pnpm zt graph generate`, and look at what changed.');
      process.exitCode = 1;
    });
}

const changes: Readonly<Record<StaleFile['state'], string>> = {
  missing: 'new',
  different: 'changed',
  'left over': 'removed',
};

function committedTree(): GeneratedTree {
  return { root: repositoryRoot, files: generatedFiles(accessGraph), folders: generatedFolders };
}
