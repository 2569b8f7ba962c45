import { resolve } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { generatedFiles, generatedFolders } from '@zt/access-graph/generated-files';
import { findStaleFiles } from '@zt/access-graph/generated-tree';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../../..');

test('the generated files are as the access graph has them (if not: `npx -y pnpm@12 zt graph generate`)', async () => {
  expect(await findStaleFiles({ root, files: generatedFiles(accessGraph), folders: generatedFolders })).toEqual([]);
});
