import {
  checkResults,
  type EntryChanges,
  parseEntries,
  planEntryChanges,
  type RegistrationEntry,
  type StoredEntry,
} from './registration-entry.ts';
import type { SpireServerCommands } from './spire-server-commands.ts';

/**
 * Makes the server's entries equal to the wanted ones: at most one batch each of removed, changed and new ones. Gives what it
 * changed. Can be repeated.
 */
export async function reconcileEntries(
  server: SpireServerCommands,
  wanted: readonly RegistrationEntry[],
  isOfSomebodyElse: (entry: StoredEntry) => boolean = () => false,
): Promise<EntryChanges> {
  const stored = parseEntries(await server.json(['entry', 'show'])).filter((entry) => !isOfSomebodyElse(entry));
  const changes = planEntryChanges(stored, wanted);
  const { create, update, remove } = changes;
  if (remove.length > 0) checkResults(await server.json(['entry', 'delete', '-file', '-'], { ids: remove }));
  if (update.length > 0) checkResults(await server.json(['entry', 'update', '-data', '-'], { entries: update }));
  if (create.length > 0) checkResults(await server.json(['entry', 'create', '-data', '-'], { entries: create }));
  return changes;
}
