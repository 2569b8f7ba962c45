import { expect, test } from 'vitest';
import { whatToDoWithout } from './running-stack.ts';

const start = 'npx -y pnpm@12 zt up';

test('who asks for a stack that does not run learns how to start it', () => {
  expect(whatToDoWithout('embedded', [], start)).toBe(
    'the stack embedded does not run: start it with npx -y pnpm@12 zt up',
  );
});

test('who forgot to name the stack that runs learns its name', () => {
  expect(whatToDoWithout('embedded', ['native'], start)).toBe(
    'the stack embedded does not run, but native does: say --name native, or start it with npx -y pnpm@12 zt up',
  );
});
