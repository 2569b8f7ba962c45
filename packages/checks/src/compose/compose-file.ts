import { parse } from 'yaml';
import { z } from 'zod';

/** `docker-compose.yml` as people write it: whatever may be said in two ways is here said in one. */
export type ComposeFile = z.infer<typeof composeFile>;
export type ComposeService = z.infer<typeof service>;
export type NamedService = ComposeService & { readonly name: string };

/** `[A=1]` and `{ A: 1 }` mean the same. */
const assignments = z
  .union([
    z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    z.array(z.string()).transform((lines) => Object.fromEntries(lines.map(splitAssignment))),
  ])
  .transform((entries) =>
    Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, String(value ?? '')])),
  );

const membership = z.object({ aliases: z.array(z.string()).default([]) });
const networks = z
  .union([
    z.record(z.string(), membership.nullable()),
    z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, null]))),
  ])
  .transform((members) =>
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, member ?? { aliases: [] }])),
  );

const volume = z.union([
  z.string().transform((text) => {
    const [source = '', target = source, mode = ''] = text.split(/:(?!-)/);
    return { source, target, readOnly: mode.split(',').includes('ro') };
  }),
  z
    .object({ source: z.string().default(''), target: z.string(), read_only: z.boolean().default(false) })
    .transform(({ source, target, read_only }) => ({ source, target, readOnly: read_only })),
]);

const dependencies = z.union([
  z.record(z.string(), z.object({ condition: z.string() })),
  z.array(z.string()).transform((names) => Object.fromEntries(names.map((n) => [n, { condition: 'service_started' }]))),
]);

const service = z.looseObject({
  image: z.string().optional(),
  build: z.object({ target: z.string().optional(), args: assignments.optional() }).loose().optional(),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  privileged: z.boolean().default(false),
  cap_add: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  devices: z.array(z.unknown()).default([]),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  network_mode: z.string().optional(),
  networks: networks.default({}),
  ports: z.array(z.union([z.string(), z.number().transform(String)])).default([]),
  volumes: z.array(volume).default([]),
  environment: assignments.default({}),
  labels: assignments.default({}),
  mem_limit: z.union([z.string(), z.number()]).optional(),
  pids_limit: z.number().optional(),
  logging: z
    .object({ driver: z.string().optional(), options: z.record(z.string(), z.string()).default({}) })
    .optional(),
  restart: z.string().optional(),
  healthcheck: z
    .object({ test: z.union([z.string(), z.array(z.string())]).optional() })
    .loose()
    .optional(),
  stop_grace_period: z.string().optional(),
  depends_on: dependencies.default({}),
  profiles: z.array(z.string()).default([]),
});

const network = z.looseObject({
  internal: z.boolean().default(false),
  external: z.boolean().default(false),
  driver_opts: assignments.default({}),
});

const settings = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());
const composeDocument = z.looseObject({ services: settings, networks: settings });

const composeFile = z.looseObject({
  name: z.string().optional(),
  services: z.record(z.string(), service),
  networks: z
    .record(
      z.string(),
      network.nullable().transform((each) => network.parse(each ?? {})),
    )
    .default({}),
});

/** The file as it stands, with anchors and merged keys resolved, before it is taken apart. */
export type ComposeDocument = z.infer<typeof composeDocument>;

export function readDocument(text: string): ComposeDocument {
  // Nobody but us writes this file, in which one anchor merges another.
  return composeDocument.parse(parse(text, { merge: true, maxAliasCount: -1 }));
}

/** Throws where the file says something in a way that no rule here knows. */
export function parseComposeFile(document: ComposeDocument): ComposeFile {
  return composeFile.parse(document);
}

export function servicesOf({ services }: ComposeFile): NamedService[] {
  return Object.entries(services).map(([name, each]) => ({ ...each, name }));
}

function splitAssignment(line: string): [string, string] {
  const at = line.indexOf('=');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
