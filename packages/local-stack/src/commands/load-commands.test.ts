import { Command } from 'commander';
import { expect, test } from 'vitest';
import { loadCommands } from './load-commands.ts';

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
