import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dependencyRules } from './dependency-rules.ts';
import { findViolations, type Violation } from './find-violations.ts';

const cases: readonly { file: string; text: string; imported: string; rule: string }[] = [
  {
    file: 'apps/order/src/other-app.ts',
    text: "import type { A } from '@zt/payment';\nexport type B = A;\n",
    imported: '@zt/payment',
    rule: 'apps imports packages/zt-kit, packages/policy, packages/access-graph, packages/card-network/src/testing, proto',
  },
  {
    file: 'packages/zt-kit/src/service/policy.ts',
    text: "export const wasm = await import('@zt/policy');\n",
    imported: '@zt/policy',
    rule: 'packages/zt-kit imports proto',
  },
  {
    file: 'packages/zt-kit/src/service/graph.ts',
    text: "export type Graph = import('@zt/access-graph').A;\n",
    imported: '@zt/access-graph',
    rule: 'packages/zt-kit imports proto',
  },
  {
    file: 'packages/policy/src/proto.ts',
    text: "export type { A } from '@zt/proto/order';\n",
    imported: '@zt/proto/order',
    rule: 'packages/policy imports no other part',
  },
  {
    file: 'proto/gen/kit.ts',
    text: "import '@zt/kit/errors';\n",
    imported: '@zt/kit/errors',
    rule: 'proto imports no other part',
  },
  {
    file: 'packages/zt-kit/src/mtls/source.ts',
    text: "import { type A } from '../workload-api/index.ts';\nexport type B = A;\n",
    imported: '../workload-api/index.ts',
    rule: 'zt-kit/mtls imports errors, limits, identity',
  },
  {
    file: 'packages/zt-kit/src/identity/peer.ts',
    text: "export * from '../mtls/index.ts';\n",
    imported: '../mtls/index.ts',
    rule: 'zt-kit/identity imports errors, limits',
  },
  {
    file: 'packages/zt-kit/src/authz/spool.ts',
    text: "import { a } from '../audit/index.ts';\nexport const b = a;\n",
    imported: '../audit/index.ts',
    rule: 'zt-kit/authz imports errors, limits, identity, delegation, and types of mtls, audit',
  },
  {
    file: 'packages/zt-kit/src/vault/authz.ts',
    text: "import type { A } from '../authz/index.ts';\nexport type B = A;\n",
    imported: '../authz/index.ts',
    rule: 'zt-kit/vault imports errors, limits, identity, and types of audit',
  },
  {
    file: 'packages/e2e/src/stack.ts',
    text: "import '@zt/local-stack';\n",
    imported: '@zt/local-stack',
    rule: 'packages/e2e imports packages/container-engine, packages/card-network, packages/zt-kit, packages/policy, packages/access-graph, proto',
  },
  {
    file: 'packages/zt-kit/src/vault/fake.ts',
    text: "import { a } from '../testing/index.ts';\nexport const b = a;\n",
    imported: '../testing/index.ts',
    rule: 'testing is imported by tests, e2e and local-stack',
  },
  {
    file: 'apps/order/src/fake.ts',
    text: "import { a } from '@zt/kit/testing';\nexport const b = a;\n",
    imported: '@zt/kit/testing',
    rule: 'testing is imported by tests, e2e and local-stack',
  },
  {
    file: 'packages/e2e/src/development-vault.ts',
    text: "import type { A } from '@zt/kit/testing/vault';\nexport type B = A;\n",
    imported: '@zt/kit/testing/vault',
    rule: 'the development servers are imported by tests and local-stack',
  },
  {
    file: 'apps/order/src/reach.ts',
    text: "import { a } from '../../../packages/zt-kit/src/errors.ts';\nexport const b = a;\n",
    imported: '../../../packages/zt-kit/src/errors.ts',
    rule: 'another package is imported by its name, through its exports',
  },
  {
    file: 'apps/order/src/reach-by-name.ts',
    text: "import { a } from '@zt/kit/src/errors.ts';\nexport const b = a;\n",
    imported: '@zt/kit/src/errors.ts',
    rule: 'every import leads to a file or a declared package',
  },
  {
    file: 'apps/order/src/undeclared.ts',
    text: "import { a } from 'undeclared';\nexport const b = a;\n",
    imported: 'undeclared',
    rule: 'a package is declared by whoever imports it',
  },
  {
    file: 'apps/order/src/from-test.ts',
    text: "import { a } from './order.test.ts';\nexport const b = a;\n",
    imported: './order.test.ts',
    rule: 'nobody imports tests',
  },
  {
    file: 'apps/order/src/back.ts',
    text: "import type { b } from './type-detour.ts';\nimport './detour.ts';\nexport const a: typeof b = 1;\n",
    imported: './detour.ts',
    rule: 'no file imports itself by a detour',
  },
];

const allowed: Readonly<Record<string, string>> = {
  'apps/order/src/main.ts':
    "import '@zt/kit/service';\nimport '@zt/policy';\nimport '@zt/access-graph';\nimport '@zt/proto/order';\nimport 'node:fs';\n",
  'apps/order/src/order.test.ts': "import { a } from '@zt/kit/testing';\nexport { a };\n",
  'apps/order/src/detour.ts': "import { a } from './back.ts';\nexport const b = a;\n",
  'apps/order/src/type-detour.ts': "import { a } from './back.ts';\nexport const b = a;\n",
  'packages/local-stack/src/fake.ts': "import '@zt/kit/testing';\nimport '@zt/kit/testing/vault';\n",
  'packages/e2e/src/shop.ts': "import '@zt/kit/testing';\n",
  'packages/zt-kit/src/mtls/peer.test.ts': "import '../service/index.ts';\nimport '../testing/index.ts';\n",
  'packages/zt-kit/src/authz/peer.ts':
    "import type { A } from '../audit/index.ts';\nimport '../delegation/index.ts';\nexport type B = A;\n",
  'packages/zt-kit/src/authz/index.ts': 'export type A = 1;\n',
  'packages/zt-kit/src/audit/index.ts': 'export type A = 1;\nexport const a = 1;\n',
  'packages/zt-kit/src/delegation/index.ts': 'export type A = 1;\n',
  'packages/zt-kit/src/mtls/index.ts': "import '../identity/index.ts';\nimport '../errors.ts';\nexport type A = 1;\n",
  'packages/zt-kit/src/testing/index.ts': "import '../mtls/index.ts';\nexport const a = 1;\n",
  'packages/zt-kit/src/testing/vault/index.ts': "import '../index.ts';\nexport type A = 1;\n",
};

const packages: Readonly<Record<string, { folder: string; exports: Readonly<Record<string, string>> }>> = {
  '@zt/order': { folder: 'apps/order', exports: {} },
  '@zt/payment': { folder: 'apps/payment', exports: { '.': './src/index.ts' } },
  '@zt/policy': { folder: 'packages/policy', exports: { '.': './src/index.ts' } },
  '@zt/access-graph': { folder: 'packages/access-graph', exports: { '.': './src/index.ts' } },
  '@zt/local-stack': { folder: 'packages/local-stack', exports: { '.': './src/index.ts' } },
  '@zt/e2e': { folder: 'packages/e2e', exports: {} },
  '@zt/proto': { folder: 'proto', exports: { './order': './gen/order.ts' } },
  '@zt/kit': {
    folder: 'packages/zt-kit',
    exports: {
      './errors': './src/errors.ts',
      './service': './src/service/index.ts',
      './testing': './src/testing/index.ts',
      './testing/vault': './src/testing/vault/index.ts',
      './identity': './src/identity/index.ts',
      './workload-api': './src/workload-api/index.ts',
    },
  },
};

let root: string;
let violations: readonly Violation[];

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'dependency-rules-')));
  const names = Object.keys(packages);
  for (const [name, { folder, exports }] of Object.entries(packages)) {
    const dependencies = Object.fromEntries(names.map((other) => [other, 'workspace:*']));
    await write(join(folder, 'package.json'), JSON.stringify({ name, exports, dependencies, type: 'module' }));
    for (const target of Object.values(exports))
      await write(join(folder, target), 'export type A = 1;\nexport const a = 1;\n');
    await mkdir(join(root, 'node_modules/@zt'), { recursive: true });
    await symlink(join(root, folder), join(root, 'node_modules', name));
  }
  await write('node_modules/undeclared/package.json', JSON.stringify({ name: 'undeclared', main: 'index.js' }));
  await write('node_modules/undeclared/index.js', 'exports.a = 1;\n');
  for (const [file, text] of Object.entries(allowed)) await write(file, text);
  for (const { file, text } of cases) await write(file, text);
  ({ violations } = await findViolations(root, ['apps', 'packages', 'proto'], dependencyRules()));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function write(file: string, text: string): Promise<void> {
  await mkdir(join(root, dirname(file)), { recursive: true });
  await writeFile(join(root, file), text);
}

test.each(cases)('$file may not import $imported', ({ file, imported, rule }) => {
  expect(violations).toContainEqual({ file, imported, rule });
});

test.each(Object.keys(allowed))('%s may import all that it imports', (file) => {
  expect(violations.filter((violation) => violation.file === file)).toEqual([]);
});

test('nothing else is reported', () => {
  expect(violations).toHaveLength(cases.length);
});
