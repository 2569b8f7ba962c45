import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AccessGraph } from '@zt/access-graph';
import { parse } from 'yaml';
import { z } from 'zod';

const compose = z.object({
  services: z.record(z.string(), z.unknown()),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});

const packageFile = z.object({ name: z.string(), exports: z.unknown().optional() });

/** The names that no new service can have, each with who has it. */
export async function takenNames(root: string, graph: AccessGraph): Promise<ReadonlyMap<string, string>> {
  const { services, networks, volumes } = compose.parse(
    parse(await readText(root, 'docker-compose.yml'), { merge: true, maxAliasCount: -1 }),
  );
  const { exports } = packageFile.parse(JSON.parse(await readText(root, 'proto/package.json')));
  // What comes first says it best: a service is a folder and a part of docker-compose.yml too.
  const all: readonly (readonly [name: string, taker: string])[] = [
    ...graph.services.map(({ name }) => [name, 'the access graph has such a service'] as const),
    ...graph.workloads.map(({ name }) => [name, 'the access graph has such a workload'] as const),
    ...graph.thirdParties.map((name) => [name, 'it is a third party of the access graph'] as const),
    ...(await foldersIn(root, 'proto')).map((name) => [name, `there is a folder proto/${name}`] as const),
    ...Object.keys(exports ?? {}).map(
      (path) => [basename(path), `there is a contract @zt/proto/${basename(path)}`] as const,
    ),
    ...(await packagesOf(root)).map((name) => [name, `there is a package @zt/${name}`] as const),
    ...Object.keys({ ...services, ...networks, ...volumes }).map(
      (name) => [name, 'docker-compose.yml has a part of this name'] as const,
    ),
  ];
  return new Map(all.toReversed());
}

async function foldersIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function packagesOf(root: string): Promise<string[]> {
  const rooms = await Promise.all(
    ['apps', 'packages'].map(async (room) => (await foldersIn(root, room)).map((name) => `${room}/${name}`)),
  );
  const files = await Promise.all(
    // Of a package that was taken back, git leaves a folder with what it ignores.
    [...rooms.flat(), 'proto'].map((folder) => readText(root, `${folder}/package.json`).catch(() => null)),
  );
  return files.flatMap((text) => (text === null ? [] : [basename(packageFile.parse(JSON.parse(text)).name)]));
}

async function readText(root: string, path: string): Promise<string> {
  return await readFile(join(root, path), 'utf8');
}
