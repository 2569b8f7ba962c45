import type { IFlattenedRuleSet } from 'dependency-cruiser';

type Rule = NonNullable<IFlattenedRuleSet['forbidden']>[number];

/** Which parts of the tree a part may import besides itself. An app is not another app. */
const partsImportedBy: Readonly<Record<string, readonly string[]>> = {
  // Of the card network, which is somebody else's, no app knows anything but tests how to start it.
  'apps/[^/]+': [
    'packages/zt-kit',
    'packages/policy',
    'packages/access-graph',
    'packages/card-network/src/testing',
    'proto',
  ],
  'packages/card-network': [],
  'packages/zt-kit': ['proto'],
  'packages/access-graph': ['packages/zt-kit', 'proto'],
  'packages/policy': [],
  'packages/images': [],
  'packages/container-engine': [],
  'packages/new-service': ['packages/access-graph'],
  'packages/local-stack': [
    'packages/new-service',
    'packages/e2e',
    'packages/card-network',
    'packages/container-engine',
    'packages/zt-kit',
    'packages/policy',
    'packages/access-graph',
    'proto',
  ],
  'packages/e2e': [
    'packages/container-engine',
    'packages/card-network',
    'packages/zt-kit',
    'packages/policy',
    'packages/access-graph',
    'proto',
  ],
  'packages/bench': ['packages/zt-kit', 'packages/policy', 'packages/access-graph'],
  'packages/checks': ['packages/local-stack', 'packages/e2e', 'packages/access-graph'],
  proto: [],
};

interface RoomImports {
  readonly imports: readonly string[];
  /** Rooms of which only the types are known, so that nothing of them is loaded. */
  readonly typesOf?: readonly string[];
}

/** Which rooms of the kit a room may import besides itself and `errors`. */
const roomsImportedBy: Readonly<Record<string, RoomImports>> = {
  identity: { imports: [] },
  'workload-api': { imports: ['identity'] },
  mtls: { imports: ['identity'] },
  delegation: { imports: ['identity'] },
  audit: { imports: ['identity'] },
  authz: { imports: ['identity', 'delegation'], typesOf: ['mtls', 'audit'] },
  vault: { imports: ['identity'], typesOf: ['audit'] },
  'policy-bundle': { imports: ['identity', 'mtls', 'delegation', 'authz'] },
  service: { imports: ['identity', 'workload-api', 'mtls', 'delegation', 'audit', 'authz', 'policy-bundle', 'vault'] },
  'health-check': { imports: ['workload-api', 'mtls', 'service'] },
};

const testFile = '\\.test\\.ts$';
/** Settings of a tool for one part, which shares them with all others: they are no part of what the part does. */
const testSettings = '/vitest(\\.fuzz)?\\.config\\.ts$';
const testingRoom = '/src/testing/';
const developmentServers = '^packages/zt-kit/src/testing/(vault|workload-api)/';

/** The dependency direction of the whole tree, in the form that dependency-cruiser reads. */
export function dependencyRules(): IFlattenedRuleSet {
  return { forbidden: [...partRules(), ...kitRoomRules(), ...generalRules()] };
}

function partRules(): Rule[] {
  return Object.entries(partsImportedBy).map(([part, others]) => {
    // $1 is what the parentheses around the importing part have matched.
    const allowed = ['$1', ...others].join('|');
    const names = others.length === 0 ? 'no other part' : others.join(', ');
    return {
      name: `${part.replace('/[^/]+', '')} imports ${names}`,
      severity: 'error',
      from: { path: `^(${part})/`, pathNot: testSettings },
      to: { path: '^(apps/[^/]+|packages/[^/]+|proto)/', pathNot: `^(${allowed})/` },
    };
  });
}

function kitRoomRules(): Rule[] {
  return Object.entries(roomsImportedBy).flatMap(([room, { imports, typesOf = [] }]) => {
    const types = typesOf.length === 0 ? '' : `, and types of ${typesOf.join(', ')}`;
    const name = `zt-kit/${room} imports ${['errors', 'limits', ...imports].join(', ')}${types}`;
    const from = { path: `^packages/zt-kit/src/${room}/`, pathNot: testFile };
    const path = '^packages/zt-kit/src/';
    // What `testing` is for has a rule of its own.
    const pathNot = `${path}((errors|limits)\\.ts$|(${[room, 'testing', ...imports, ...typesOf].join('|')})/)`;
    const loaded = { path: `${path}(${typesOf.join('|')})/`, dependencyTypesNot: ['type-only'] as 'type-only'[] };
    const rule: Rule = { name, severity: 'error', from, to: { path, pathNot } };
    return typesOf.length === 0 ? [rule] : [rule, { name, severity: 'error', from, to: loaded }];
  });
}

function generalRules(): Rule[] {
  return [
    {
      name: 'testing is imported by tests, e2e and local-stack',
      severity: 'error',
      from: { pathNot: `${testFile}|${testingRoom}|^packages/(local-stack|e2e)/` },
      to: { path: testingRoom },
    },
    {
      name: 'the development servers are imported by tests and local-stack',
      severity: 'error',
      from: { pathNot: `${testFile}|${testingRoom}|^packages/local-stack/` },
      to: { path: developmentServers },
    },
    {
      name: 'another package is imported by its name, through its exports',
      severity: 'error',
      from: { path: '^(apps/[^/]+|packages/[^/]+|proto)/' },
      to: { path: '^(apps|packages|proto)/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'every import leads to a file or a declared package',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'a package is declared by whoever imports it',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'nobody imports tests',
      severity: 'error',
      from: {},
      to: { path: testFile },
    },
    {
      name: 'no file imports itself by a detour',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ];
}
