import { accessGraph, policyData } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { attempts } from './index.ts';

const allowed = attempts.filter(({ expected }) => expected.code === 'OK');

test('every method of the access graph is called by somebody who may', () => {
  const methods = Object.keys(policyData(accessGraph).graph.methods);
  const called = new Set(allowed.map(({ method }) => method));
  expect(methods.filter((method) => !called.has(method))).toEqual([]);
});

test('no two paths have one id', () => {
  const ids = attempts.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});
