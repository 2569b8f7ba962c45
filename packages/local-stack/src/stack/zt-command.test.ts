import { afterEach, expect, test, vi } from 'vitest';
import { startCommand, ztCommand } from './zt-command.ts';

afterEach(() => vi.unstubAllEnvs());

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

test('In a container a command is shown as it is typed on the machine', () => {
  vi.stubEnv('ZT_STACK', 'compose');
  expect(ztCommand('users block mallory', 'compose')).toBe('docker compose run --rm zt users block mallory');
  expect(ztCommand('logs --follow payment', 'compose')).toBe('docker compose logs --follow payment');
  expect(ztCommand('down', 'compose')).toBe('docker compose down');
  expect(startCommand('up --detach', { kind: 'native', name: 'compose' })).toBe('docker compose up --wait');
});
