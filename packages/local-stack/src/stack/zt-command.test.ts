import { expect, test } from 'vitest';
import { ztCommand } from './zt-command.ts';

test('A command names the stack where it is not the one that is meant anyway', () => {
  expect(ztCommand('status', 'native')).toBe('npx -y pnpm@12 zt status');
  expect(ztCommand('logs payment', 'two')).toBe('npx -y pnpm@12 zt logs payment --name two');
});
