import type { Readable } from 'node:stream';
import { checkResults, parseEntries, type RegistrationEntry } from '../../spire/registration-entry.ts';
import type { SpireServerCommands } from '../../spire/spire-server-commands.ts';

/**
 * Registers entries, says so, and deletes them once nobody holds on any more: whoever started this holds the other end of
 * its standard input, and lets go by ending, whichever way that is.
 */
export async function holdTrial(options: {
  readonly server: Pick<SpireServerCommands, 'json'>;
  readonly entries: readonly RegistrationEntry[];
  readonly holder: Readable;
  readonly onRegistered: () => void;
}): Promise<void> {
  const { server, entries, holder, onRegistered } = options;
  await removeLeft(server, entries);
  const ids = checkResults(await server.json(['entry', 'create', '-data', '-'], { entries }));
  try {
    onRegistered();
    for await (const _ of holder);
  } finally {
    checkResults(await server.json(['entry', 'delete', '-file', '-'], { ids }));
  }
}

/** Those of the same container, which was killed before, and started again. */
async function removeLeft(
  server: Pick<SpireServerCommands, 'json'>,
  entries: readonly RegistrationEntry[],
): Promise<void> {
  const wanted = new Set(entries.map(({ selectors }) => keyOf(selectors)));
  const left = parseEntries(await server.json(['entry', 'show'])).filter((each) => wanted.has(keyOf(each.selectors)));
  if (left.length === 0) return;
  checkResults(await server.json(['entry', 'delete', '-file', '-'], { ids: left.map(({ id }) => id) }));
}

function keyOf(selectors: RegistrationEntry['selectors']): string {
  return selectors
    .map(({ type, value }) => `${type}:${value}`)
    .toSorted()
    .join(' ');
}
