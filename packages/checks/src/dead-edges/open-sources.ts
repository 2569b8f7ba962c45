import { Project } from 'ts-morph';

/** Where the code of a workload is that calls others: a folder per service, and the operator's jobs. */
const patterns = ['apps/*/src/**/*.ts', 'packages/local-stack/src/operator/**/*.ts', 'proto/gen/**/*.ts'];
const tests = ['**/*.test.ts', '**/testing/**'];

/** Opens what runs of a checkout, tests left out, for a compiler that can be asked. Nothing is run or written. */
export function openSources(root: string): Project {
  const project = new Project({
    tsConfigFilePath: `${root}/packages/tsconfig/base.json`,
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    // Node's own types say nothing of clients, and reading them takes as long as all the rest.
    compilerOptions: { types: [] },
  });
  project.addSourceFilesAtPaths([
    ...patterns.map((pattern) => `${root}/${pattern}`),
    ...tests.map((pattern) => `!${root}/${pattern}`),
  ]);
  return project;
}
