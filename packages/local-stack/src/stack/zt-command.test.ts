import { expect, test } from 'vitest';
import { startCommand, ztCommand } from './zt-command.ts';

test('A command names the stack where it is not the one that is meant anyway', () => {
  expect(ztCommand('status', 'embedded')).toBe('npx -y pnpm@12 zt status');
  expect(ztCommand('logs payment', 'two')).toBe('npx -y pnpm@12 zt logs payment --name two');
});

test('Whoever is told how to start a stack is told its kind, and its name where it has another', () => {
  expect(startCommand('up', { kind: 'embedded', name: 'embedded' })).toBe('npx -y pnpm@12 zt up');
  expect(startCommand('up --detach', { kind: 'native', name: 'native' })).toBe(
    'npx -y pnpm@12 zt up --detach --stack native',
  );
  expect(startCommand('up', { kind: 'native', name: 'two' })).toBe('npx -y pnpm@12 zt up --stack native --name two');
});
