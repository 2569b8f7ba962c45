import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseComposeFile, readDocument, servicesOf } from '../compose/compose-file.ts';

const root = resolve(import.meta.dirname, '../../../..');
const base = join(root, 'infra/kubernetes/base');
const compose = servicesOf(parseComposeFile(readDocument(await readFile(join(root, 'docker-compose.yml'), 'utf8'))));

const container = z.object({
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })),
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.boolean(),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.object({ add: z.array(z.string()).default([]), drop: z.array(z.string()) }),
  }),
  readinessProbe: z.object({ exec: z.object({ command: z.array(z.string()) }) }),
  volumeMounts: z.array(z.object({ mountPath: z.string(), readOnly: z.boolean().default(false) })),
});
const deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        automountServiceAccountToken: z.boolean(),
        securityContext: z.object({ runAsUser: z.number(), runAsGroup: z.number() }),
        containers: z.tuple([container]),
      }),
    }),
  }),
});

const files = (await readdir(base)).filter((name) => name.endsWith('.yaml'));
const texts = await Promise.all(files.map((name) => readFile(join(base, name), 'utf8')));
const deployments = texts
  .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()))
  .filter(({ kind }) => kind === 'Deployment')
  .map((object) => deployment.parse(object));

/** What differs: Kubernetes tells a pod its address; a stack on one machine has limits of its own. */
const ofOneSide = ['POD_IP', 'ADDRESS_LIMIT', 'USER_LIMIT', 'SPOOL_LIMIT_BYTES'];

test('each service of the graph has a Deployment', () => {
  expect(deployments.map(({ metadata }) => metadata.name).toSorted()).toEqual(
    accessGraph.services.map(({ name }) => name).toSorted(),
  );
});

for (const { metadata, spec } of deployments) {
  test(`${metadata.name} is hardened, checked, limited and told in a cluster what it is in docker-compose.yml`, () => {
    const { automountServiceAccountToken, containers, securityContext } = spec.template.spec;
    const [{ env, resources, readinessProbe, volumeMounts, securityContext: own }] = containers;
    expect({
      user: `${securityContext.runAsUser}:${securityContext.runAsGroup}`,
      readOnly: own.readOnlyRootFilesystem,
      noNewPrivileges: !own.allowPrivilegeEscalation,
      capabilities: own.capabilities,
      tokenOfTheCluster: automountServiceAccountToken,
      health: readinessProbe.exec.command,
      memory: resources.limits.memory,
      variables: toldTo(
        metadata.name,
        env.map(({ name }) => name),
      ),
      writable: volumeMounts.flatMap(({ mountPath, readOnly }) => (readOnly ? [] : [mountPath])).toSorted(),
    }).toEqual(inCompose(metadata.name));
  });
}

function inCompose(service: string): object {
  const found = compose.find(({ name }) => name === service);
  if (found === undefined) throw new Error(`docker-compose.yml has no ${service}`);
  const test = [found.healthcheck?.test ?? []].flat();
  return {
    user: found.user,
    readOnly: found.read_only,
    noNewPrivileges: found.security_opt.includes('no-new-privileges:true'),
    capabilities: { add: found.cap_add, drop: found.cap_drop },
    tokenOfTheCluster: false,
    health: test.slice(1),
    memory: String(found.mem_limit).replace(/m$/, 'Mi'),
    variables: toldTo(service, Object.keys(found.environment)),
    writable: [...found.volumes.flatMap(({ target, readOnly }) => (readOnly ? [] : [target])), '/tmp'].toSorted(),
  };
}

/** Nobody looks for himself. */
function toldTo(service: string, variables: readonly string[]): string[] {
  const leftOut = [...ofOneSide, `${service.toUpperCase()}_ADDRESS`];
  return variables.filter((name) => !leftOut.includes(name)).toSorted();
}
