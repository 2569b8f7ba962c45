import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { serviceNames } from '@zt/access-graph';
import { attempts, attemptsWithDex, troubles } from '@zt/e2e/attempts';
import { describe, expect, test } from 'vitest';
import { commandFault } from './command-fault.ts';
import { namesIn } from './markdown.ts';
import { documentsOf, exists, readWorkspace } from './workspace.ts';

const attemptIds = [...attempts, ...attemptsWithDex, ...troubles].map(({ id }) => id);

const workspace = await readWorkspace(resolve(import.meta.dirname, '../../../..'));

describe.each(documentsOf(workspace))('%s', async (document) => {
  const { commands, paths, links, attempts } = namesIn(await readFile(join(workspace.root, document), 'utf8'));

  test('names commands that exist, with options that they take', () => {
    const faults = commands.map((command) => [command, commandFault(command, workspace)]);
    expect(faults.filter(([, fault]) => fault !== null)).toEqual([]);
  });

  test('names files and folders that exist', () => {
    expect(paths.filter((path) => !exists(path, workspace))).toEqual([]);
    expect(links.filter((link) => !exists(join(dirname(document), link), workspace))).toEqual([]);
  });

  test('names paths of the end-to-end tests that exist', () => {
    expect(attempts.filter((attempt) => !isAttempt(attempt))).toEqual([]);
  });
});

test('the pages are read: the README names commands, files and links', async () => {
  const { commands, paths, links } = namesIn(await readFile(join(workspace.root, 'README.md'), 'utf8'));
  expect(commands).toEqual(expect.arrayContaining(['demo', 'test', 'zt roll-ca']));
  expect(paths).toEqual(expect.arrayContaining(['packages/zt-kit', 'proto/']));
  expect(links).toEqual(expect.arrayContaining(['docs/SECURITY.md', 'docs/decisions.md']));
});

// What the access graph's services are there for is in docs/access-graph.md, which a new one gets into by itself.
test("the README says of each service of docker-compose.yml that is not the access graph's what it is", async () => {
  const readme = await readFile(join(workspace.root, 'README.md'), 'utf8');
  const [, rows = ''] = /^\| service \| folder \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  const named = rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)]);
  const needNoRow: readonly string[] = ['zt', 'demo', 'e2e', ...serviceNames];
  const rowsFor = named.map(([, name = '']) => name);
  expect(new Set(rowsFor).size).toBe(rowsFor.length);
  expect(workspace.composeServices).toEqual(expect.arrayContaining(rowsFor));
  expect(rowsFor).toEqual(
    expect.arrayContaining(workspace.composeServices.filter((name) => !needNoRow.includes(name))),
  );
});

test.each([
  ['demonstrate', 'the root has no script demonstrate'],
  ['zt start', expect.stringContaining("unknown command 'start'")],
  ['zt up --background', "error: unknown option '--background'"],
  ['zt order --quantity none', expect.stringContaining('a whole number from 1 on is wanted')],
  ['demo --user alice', "error: unknown option '--user'"],
  ['e2e --stack wasm', expect.stringContaining('Allowed choices are embedded, native, compose')],
  ['reachability --outside example.com', expect.stringContaining('a host and a port are wanted')],
  ['e2e --filter token/', "error: unknown option '--filter'"],
  ['test --everything', expect.stringContaining("unknown option '--everything'")],
  ['lint --fix', 'lint takes no options'],
  ['--filter @zt/umbrella test', 'there is no package @zt/umbrella'],
  ['--filter @zt/order ship', '@zt/order has no script ship'],
  ['docker compose logs --follow umbrella', 'docker-compose.yml has no service umbrella'],
  ['docker compose --profile story run --rm story', 'docker-compose.yml has no service story'],
  ['docker compose run --rm zt start', expect.stringContaining("unknown command 'start'")],
  ['docker compose --profile story run --rm demo --user alice', "error: unknown option '--user'"],
])('a page that says `%s` is told what is wrong with it', (command, fault) => {
  expect(commandFault(command, workspace)).toEqual(fault);
});

test.each([
  'zt --help',
  'zt …',
  'zt logs --follow payment',
  'demo --seconds 20',
  'test --all',
  'e2e --stack compose',
  'reachability --name zero-trust --outside example.com:443',
  '--filter @zt/e2e test -u',
  'docker compose up --build --wait',
  'docker compose -p second up --scale inventory=3 inventory',
  'docker compose exec postgres psql --version',
  'docker compose run --rm zt order --user alice --quantity 2',
  'docker compose --profile story run --rm demo --seconds 20',
])('a page may say `%s`', (command) => {
  expect(commandFault(command, workspace)).toBeNull();
});

test('a page that names a file that is not there is told so', () => {
  const page = 'See `apps/umbrella/src/main.ts`, `umbrella-store.ts`, [that](docs/umbrella.md) and `packages/zt-kit`.';
  const { paths, links } = namesIn(page);
  expect([...paths, ...links].filter((path) => !exists(path, workspace))).toEqual([
    'apps/umbrella/src/main.ts',
    'umbrella-store.ts',
    'docs/umbrella.md',
  ]);
});

test('a page that names a path or a group of paths that is not there is told so', () => {
  const { attempts } = namesIn(
    '`no-edge/…`, `edge/…`, `token/lost`, `token/missing`, `packages/zt-kit`, `token/` and `proto/`.',
  );
  expect(attempts.filter((attempt) => !isAttempt(attempt))).toEqual(['no-edge/…', 'token/lost']);
});

test('commands are found in blocks, in sentences and in tables', () => {
  const page = [
    '```sh',
    'npx -y pnpm@12 demo   # everything',
    '```',
    'Then `zt status`, or `pnpm zt down`; `zt` alone and `order` are words.',
    '',
    '| command (after `npx -y pnpm@12`) | what it does |',
    '|---|---|',
    '| `lint`, `typecheck` | checks `order` |',
    '',
  ].join('\n');
  expect(namesIn(page).commands).toEqual(['demo', 'zt status', 'zt down', 'lint', 'typecheck']);
});

/** An id of a path, or a whole group; what belongs to no group is the name of something else. */
function isAttempt(name: string): boolean {
  const group = name.slice(0, name.indexOf('/') + 1);
  const ofGroup = attemptIds.filter((id) => id.startsWith(group));
  return name.endsWith('…') ? ofGroup.length > 0 : ofGroup.length === 0 || ofGroup.includes(name);
}
