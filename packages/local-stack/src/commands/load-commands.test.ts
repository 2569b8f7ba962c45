import { Command } from 'commander';
import { afterEach, expect, test, vi } from 'vitest';
import { loadCommands } from './load-commands.ts';

afterEach(() => vi.unstubAllEnvs());

async function namesFor(verb?: string): Promise<string[]> {
  const program = new Command('zt');
  (await loadCommands(verb))(program);
  return program.commands.map((command) => command.name());
}

test('each verb is found under its own name, and alone', async () => {
  const all = await namesFor();
  expect(all).toContain('supervise');
  for (const verb of all) expect(await namesFor(verb)).toEqual([verb]);
});

test('where no verb is asked for, or one that is not there, all are', async () => {
  const all = await namesFor();
  for (const none of ['--help', 'help', 'shop', 'constructor']) expect(await namesFor(none)).toEqual(all);
});

test.each([
  ['up', '`docker compose up --build --wait`'],
  ['down', '`docker compose down`'],
  ['unseal', '`docker compose logs trust-updater`'],
  ['fault', '`docker compose kill payment`'],
  ['call', '`docker compose --profile story run --rm e2e --only edge/`'],
  ['tools', '`docker compose build`'],
  ['new', '`npx -y pnpm@12 zt new service`'],
])('in a container, where %s means nothing, it says what to type instead', async (verb, instead) => {
  vi.stubEnv('ZT_STACK', 'compose');
  const program = new Command('zt').exitOverride();
  (await loadCommands(verb))(program);
  await expect(program.parseAsync([verb, '--detach', 'kill', 'order'], { from: 'user' })).rejects.toThrow(instead);
});
