import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type NewService, newService } from './new-service.ts';
import { type CheckoutCopy, copyCheckout, offlineInstall } from './testing/copy-checkout.ts';

let copy: CheckoutCopy;
const steps: string[] = [];
const whole = { name: 'lantern', calls: ['inventory'], calledBy: ['order'], database: true };

function make(wish: Partial<typeof whole> = {}, despiteUncommittedChanges = false): Promise<NewService> {
  return newService({
    root: copy.root,
    graph: accessGraph,
    wish: { ...whole, ...wish },
    despiteUncommittedChanges,
    onStep: (title) => steps.push(title),
  });
}

const changes = (): Promise<string> => copy.run('git', ['status', '--porcelain']);

beforeAll(async () => {
  for (const [name, value] of Object.entries(await offlineInstall())) vi.stubEnv(name, value);
  // As where a hook of git's runs the tests.
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) vi.stubEnv(name, undefined);
  copy = await copyCheckout();
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await copy?.remove();
});

test('what cannot be made leaves the tree as it was', async () => {
  await expect(make({ calls: ['order.PlaceOrder'] })).rejects.toThrow('a circle');
  expect(await changes()).toBe('');
  expect(steps).toEqual([]);
});

test('a new service has types that fit, tests that pass, and what follows from the graph, without another edit', async () => {
  const { touched } = await make();
  expect(steps[0]).toMatch(/^write \d+ files$/);
  const path = (name: string, isNew: boolean) => expect.objectContaining({ path: name, isNew });
  expect(touched).toEqual(
    expect.arrayContaining([
      path('proto/lantern/v1/lantern.proto', true),
      path('apps/lantern/src/lantern-service.ts', true),
      path('apps/order/src/downstream.ts', false),
      path('infra/kubernetes/base/lantern.yaml', true),
      path('docker-compose.yml', false),
    ]),
  );
  expect(await readFile(join(copy.root, 'docker-compose.yml'), 'utf8')).toMatch(/^ {2}lantern:$/m);
  const report = join(copy.root, 'report.json');
  await copy.run('node_modules/.bin/vitest', ['run', '--reporter=json', `--outputFile=${report}`], 'apps/lantern');
  expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({ success: true, numTotalTests: 18 });
  const check = await copy.run(process.execPath, ['packages/local-stack/src/main.ts', 'graph', 'check']);
  expect(check).toContain('0 against the access graph');
  expect(check).toContain('order may call lantern.CreateLantern, and its code does not');
}, 300_000);

test('a tree with changes is refused, and the same name too', async () => {
  await expect(make({ name: 'shade' })).rejects.toThrow('changes that are not committed');
  await expect(make({}, true)).rejects.toThrow('lantern is taken: there is a folder proto/lantern');
});
