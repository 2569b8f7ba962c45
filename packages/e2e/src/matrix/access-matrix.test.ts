import { expect, test } from 'vitest';
import { accessMatrix } from './access-matrix.ts';
import type { MatrixPath } from './matrix-path.ts';
import { litGraph } from './testing/lit-graph.ts';

const callers = ['door', 'hall', 'lamp', 'cellar'];
const lightRule = { for: 'user', scopes: ['lamps:light'], record: 'written' } as const;

function pathsOf(graph = litGraph()): ReadonlyMap<string, MatrixPath> {
  return new Map(accessMatrix(graph, callers).map((path) => [path.id, path]));
}

function verdicts(prefix: string, graph = litGraph()): Record<string, string> {
  const paths = [...pathsOf(graph)].filter(([id]) => id.startsWith(prefix));
  return Object.fromEntries(paths.map(([id, { expected }]) => [id, [expected.code, ...expected.reasons].join(' ')]));
}

test('every ordered pair and every method is there, health among them, and no id twice', () => {
  const paths = accessMatrix(litGraph(), callers);
  const methods = paths.map(({ to, method }) => `${to} ${method}`);
  for (const to of ['door', 'hall', 'lamp']) expect(methods).toContain(`${to} /grpc.health.v1.Health/Check`);
  for (const method of new Set(methods)) {
    const from = paths.filter((path) => `${path.to} ${path.method}` === method).map((path) => path.from);
    expect(callers.filter((caller) => !from.includes(caller))).toEqual([]);
  }
  expect(new Set(paths.map(({ id }) => id)).size).toBe(paths.length);
});

test('who is named gets through, whoever else is refused for it and for each token that is missing', () => {
  expect(verdicts('edge/door-lamp/')).toEqual({
    'edge/door-lamp/Light': 'PERMISSION_DENIED caller_not_allowed token_missing',
    'edge/door-lamp/Dim': 'PERMISSION_DENIED caller_not_allowed token_missing',
    'edge/door-lamp/Mend': 'PERMISSION_DENIED caller_not_allowed token_missing',
    'edge/door-lamp/Deliver': '401 token_missing',
    'edge/door-lamp/Check': 'PERMISSION_DENIED caller_not_allowed',
    'edge/door-lamp/Watch': 'PERMISSION_DENIED caller_not_allowed',
  });
  expect(verdicts('edge/cellar-lamp/Mend')).toEqual({ 'edge/cellar-lamp/Mend': 'OK' });
});

test('an edge that is open in two ways is tried in both', () => {
  expect(verdicts('edge/hall-lamp/Dim')).toEqual({
    'edge/hall-lamp/Dim': 'OK',
    'edge/hall-lamp/Dim-in-its-own-name': 'OK',
  });
  expect(pathsOf().get('edge/hall-lamp/Dim')?.credential.kind).toBe('token of a user');
});

test('who may call something else there comes also with each good token that can be had', () => {
  expect(verdicts('edge/hall-lamp/Mend')).toEqual({
    'edge/hall-lamp/Mend': 'PERMISSION_DENIED caller_not_allowed token_missing',
    'edge/hall-lamp/Mend-in-its-own-name': 'PERMISSION_DENIED caller_not_allowed scope_missing',
    'edge/hall-lamp/Mend-for-a-user': 'PERMISSION_DENIED caller_not_allowed scope_missing workload_required',
  });
  expect(verdicts('edge/cellar-lamp/Light')).toEqual({
    'edge/cellar-lamp/Light': 'PERMISSION_DENIED caller_not_allowed token_missing',
    'edge/cellar-lamp/Light-in-its-own-name': 'PERMISSION_DENIED caller_not_allowed scope_missing user_required',
  });
});

test('an edge removed turns its path from allowed to blocked, and no other', () => {
  const after = verdicts('edge/', litGraph({ Light: { ...lightRule, callers: ['door.Open'] } }));
  const before = verdicts('edge/');
  const turned = Object.keys(before).filter((id) => after[id] !== before[id]);
  expect(turned).toEqual(['edge/door-lamp/Light', 'edge/hall-lamp/Light']);
  expect(before['edge/hall-lamp/Light']).toBe('OK');
  expect(after['edge/hall-lamp/Light']).toBe('PERMISSION_DENIED caller_not_allowed token_missing');
  expect(after['edge/hall-lamp/Light-for-a-user']).toBe('PERMISSION_DENIED caller_not_allowed scope_missing');
});

test('people and third parties get through at doors of their own, and workloads do not without a token', () => {
  expect(pathsOf().get('edge/user-door/Inspect')).toMatchObject({
    door: 'users',
    isEdge: true,
    purpose: true,
    credential: { kind: 'of the caller', roles: ['guard'] },
    expected: { code: 'OK' },
  });
  expect(verdicts('edge/hall-door/Inspect')).toEqual({
    'edge/hall-door/Inspect': '401 token_missing purpose_missing role_missing',
  });
  expect(pathsOf().get('edge/postman-lamp/Deliver')).toMatchObject({ door: 'third party', isEdge: true });
});

test('who has the role is asked for, and a purpose is said where the rule asks for them', () => {
  const graph = litGraph({
    Light: { ...lightRule, callers: ['hall.Enter'], roles: ['guard', 'owner'], purpose: true },
  });
  expect(pathsOf(graph).get('edge/hall-lamp/Light')).toMatchObject({
    purpose: true,
    credential: { roles: ['guard', 'owner'] },
  });
  expect(verdicts('edge/door-lamp/Light', graph)).toEqual({
    'edge/door-lamp/Light': 'PERMISSION_DENIED caller_not_allowed token_missing purpose_missing role_missing',
  });
});

test('what a rule asks of the hour, the network, the rate and the users is no part of the verdict', () => {
  const graph = litGraph({
    Light: {
      ...lightRule,
      callers: ['hall.Enter'],
      hours: { from: '08:00', until: '17:00' },
      networks: ['10.0.0.0/8'],
      rateLimit: { calls: 1, seconds: 10 },
      distinctUsers: { users: 1, seconds: 10 },
    },
  });
  expect(verdicts('edge/', graph)).toEqual(verdicts('edge/'));
  expect(pathsOf(graph).get('edge/hall-lamp/Light')?.circumstances).toEqual([
    'outside_hours',
    'network_not_allowed',
    'rate_exceeded',
    'too_many_users',
  ]);
});

test('a rule that only observes who calls lets everybody in who has what it asks for', () => {
  const graph = litGraph({
    Light: { callers: ['hall.Enter'], for: 'nobody', scopes: [], record: 'written', observe: ['caller_not_allowed'] },
  });
  expect(verdicts('edge/door-lamp/Light', graph)).toEqual({ 'edge/door-lamp/Light': 'OK' });
  expect(pathsOf(graph).get('edge/door-lamp/Light')?.isEdge).toBe(false);
});
