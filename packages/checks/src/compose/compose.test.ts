import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { lastingServices, steps } from '@zt/local-stack/compose';
import { expect, test } from 'vitest';
import { parseComposeFile, readDocument, servicesOf } from './compose-file.ts';
import { composeRules } from './compose-rules.ts';
import { variablesWithoutDefault } from './exposure-rules.ts';
import { dockerfileFaults } from './image-rules.ts';
import { isLongRunning, isStep } from './kinds-of-service.ts';
import { readPins } from './read-pins.ts';
import { brokenFiles } from './testing/broken-files.ts';

const root = resolve(import.meta.dirname, '../../../..');
const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
const dockerfile = await readFile(join(root, 'infra/docker/Dockerfile'), 'utf8');
const pinned = readPins(await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8'));
const rules = composeRules(pinned);
const file = parseComposeFile(readDocument(text));

for (const { title, faults } of rules) {
  test(title, () => {
    expect(faults(file)).toEqual([]);
  });
}

test('The command line knows each step, and each service that lasts', () => {
  const namesOf = (kind: typeof isStep) =>
    servicesOf(file)
      .filter((service) => kind(service, file))
      .map(({ name }) => name);
  expect(namesOf(isStep)).toEqual(steps);
  expect(namesOf(isLongRunning).toSorted()).toEqual(lastingServices.toSorted());
});

test('Each volume is made by prepare, from a folder of its name in the image of the tools', () => {
  const mounted = servicesOf(file).flatMap(({ name, volumes }) => volumes.map((volume) => ({ name, ...volume })));
  const made = mounted.filter(({ name }) => name === 'prepare');
  const named = new Set(mounted.map(({ source }) => source).filter((source) => /^[a-z]/.test(source)));
  // Vault's own image fills that one.
  named.delete('vault-plugins');
  expect(made.map(({ source }) => source).toSorted()).toEqual([...named].toSorted());
  expect(made.filter(({ source, target }) => target !== `/volumes/${source}`)).toEqual([]);
  const words = new Set(dockerfile.split(/[\s;/]+/));
  const wordOf = (volume: string) => volume.replace(/^spool-.+$/, 'spool-$$app');
  expect(made.filter(({ source }) => !words.has(wordOf(source)))).toEqual([]);
});

test('Each service has an app of its name, and each app is a service: the images are made from those', async () => {
  const apps = (await readdir(join(root, 'apps'))).filter((name) =>
    existsSync(join(root, 'apps', name, 'package.json')),
  );
  expect(apps.toSorted()).toEqual(accessGraph.services.map(({ name }) => name).toSorted());
});

test('Every variable of the file has a value where nobody sets one', () => {
  expect(variablesWithoutDefault(text)).toEqual([]);
  expect(variablesWithoutDefault(`a: \${A} # \${B}\nc: \${C:?unset} $D $$E \${F:-1}`)).toEqual(['A', 'C', 'D']);
});

test('The images are made from those of the versions that the native stack runs', () => {
  expect(dockerfileFaults(dockerfile, pinned)).toEqual([]);
  const stages = ['ARG NODE=22', 'FROM node:$NODE AS build', 'FROM build', 'COPY --from=nginx /a /b', 'FROM scratch'];
  const other = stages.join('\n');
  expect(dockerfileFaults(other, pinned)).toEqual([
    `runs node:22 instead of ${pinned.node}`,
    'runs nginx, which the native stack knows nothing of',
  ]);
});

for (const { rule, what, change, fault } of brokenFiles) {
  test(`A file in which ${what} breaks the rule “${rule}”`, () => {
    const document = readDocument(text);
    change(document);
    const { faults } = rules.find(({ title }) => title === rule) ?? expect.fail(`there is no rule ${rule}`);
    expect(faults(parseComposeFile(document))).toEqual([fault]);
  });
}

test('Each rule was seen broken', () => {
  const seen = new Set(brokenFiles.map(({ rule }) => rule));
  expect(rules.map(({ title }) => title).filter((title) => !seen.has(title))).toEqual([]);
});
