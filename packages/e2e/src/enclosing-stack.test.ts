import { expect, test } from 'vitest';
import { enclosingStack } from './enclosing-stack.ts';

test('Only a container is told that it is part of a stack, and where that is', () => {
  expect(enclosingStack({})).toBeNull();
  expect(enclosingStack({ ZT_STACK: 'compose' })).toEqual({
    name: 'compose',
    directory: '/stack',
    engineSocket: '/run/engine-read/engine.sock',
  });
});
