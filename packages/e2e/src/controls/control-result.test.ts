import { expect, test } from 'vitest';
import type { Control } from './control.ts';
import { objectionTo, stoppedOf, throughOf } from './control-result.ts';
import type { Outcome } from './outcome.ts';
import type { TriedPath } from './try-paths.ts';

const control: Control = { id: 'a', demands: 'Something.', off: [], tries: [] };
const covered: Control = { ...control, coveredBy: 'b' };
const path = (id: string, outcome: Outcome): TriedPath => ({ id, outcome });
const held = path('held', { kind: 'held' });
const through = path('through', { kind: 'through', as: 'OK' });
const stopped = path('stopped', { kind: 'stopped', by: 'scope_missing' });

test('a control that something gets through without is proven', () => {
  expect(objectionTo({ control, alone: [held, through], withoutBoth: null })).toBeNull();
});

test('so is one where the next layer stops it', () => {
  expect(objectionTo({ control, alone: [held, stopped], withoutBoth: null })).toBeNull();
});

test('a control whose absence nobody notices is none', () => {
  expect(objectionTo({ control, alone: [held], withoutBoth: null })).toContain('nobody notices');
});

test('what is said to cover a control has to be what stops its paths', () => {
  expect(objectionTo({ control: covered, alone: [held], withoutBoth: [held] })).toContain('without it and b');
  expect(objectionTo({ control: covered, alone: [held], withoutBoth: [held, through] })).toBeNull();
});

test('a path that could not be tried is no proof', () => {
  const failed = path('failed', { kind: 'failed', why: 'no answer' });
  expect(objectionTo({ control, alone: [through, failed], withoutBoth: null })).toBe('failed: no answer');
});

test('paths are told by what became of them, the most first', () => {
  const role = path('role', { kind: 'stopped', by: 'role_missing' });
  const tried = [stopped, role, { ...role, id: 'another' }, through];
  expect(throughOf(tried)).toEqual(['through']);
  expect(stoppedOf(tried)).toEqual([
    ['role_missing', ['another', 'role']],
    ['scope_missing', ['stopped']],
  ]);
});
