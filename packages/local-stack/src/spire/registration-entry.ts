import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** Which process gets which SPIFFE ID, in the terms of SPIRE's own registration API. */
export interface RegistrationEntry {
  readonly spiffe_id: string;
  readonly parent_id: string;
  readonly selectors: readonly { readonly type: string; readonly value: string }[];
  readonly dns_names: readonly string[];
  readonly x509_svid_ttl: number;
  /** When it counts no longer, in seconds since 1970; until it is deleted where that is left out. */
  readonly entryExpiry?: number;
}

export interface EntryChanges {
  readonly create: readonly RegistrationEntry[];
  readonly update: readonly (RegistrationEntry & { readonly entry_id: string })[];
  /** Ids of entries that nobody wants any more. */
  readonly remove: readonly string[];
}

const spiffeId = z
  .object({ trust_domain: z.string(), path: z.string() })
  .transform(({ trust_domain, path }) => `spiffe://${trust_domain}${path}`);

const storedEntry = z.object({
  id: z.string(),
  spiffe_id: spiffeId,
  parent_id: spiffeId,
  selectors: z.array(z.object({ type: z.string(), value: z.string() })),
  dns_names: z.array(z.string()),
  x509_svid_ttl: z.number(),
  /** Seconds since 1970; 0 where it never ends. */
  expires_at: z.coerce.number().default(0),
});
export type StoredEntry = z.infer<typeof storedEntry>;

/** Reads what `spire-server entry show -output json` prints. */
export function parseEntries(output: unknown): StoredEntry[] {
  return z.object({ entries: z.array(storedEntry) }).parse(output).entries;
}

const results = z.object({
  results: z.array(
    z.object({
      status: z.object({ code: z.number(), message: z.string() }),
      entry: z.object({ id: z.string() }).nullish(),
    }),
  ),
});

/** Gives the ids, where there are any. Throws the first refusal: a batch succeeds as a whole even where a part failed. */
export function checkResults(output: unknown): string[] {
  const all = results.parse(output).results;
  const failed = all.find(({ status }) => status.code !== 0);
  if (failed !== undefined) throw new Error(`SPIRE refused a registration entry: ${failed.status.message}`);
  return all.flatMap(({ entry }) => entry?.id ?? []);
}

/** What has to change so that the server holds the wanted entries and no others. One entry per SPIFFE ID. */
export function planEntryChanges(stored: readonly StoredEntry[], wanted: readonly RegistrationEntry[]): EntryChanges {
  const create: RegistrationEntry[] = [];
  const update: (RegistrationEntry & { entry_id: string })[] = [];
  const kept = new Set<string>();
  for (const entry of wanted) {
    const candidates = stored.filter(({ id, spiffe_id }) => spiffe_id === entry.spiffe_id && !kept.has(id));
    // One that is as it should be stays, whatever else somebody has made of the same name.
    const current = candidates.find((candidate) => isSame(candidate, entry)) ?? candidates[0];
    if (current === undefined) {
      create.push(entry);
      continue;
    }
    kept.add(current.id);
    if (!isSame(current, entry)) update.push({ ...entry, entry_id: current.id });
  }
  return { create, update, remove: stored.filter((entry) => !kept.has(entry.id)).map((entry) => entry.id) };
}

function isSame(stored: StoredEntry, wanted: RegistrationEntry): boolean {
  return isDeepStrictEqual(comparable(stored), comparable(wanted));
}

function comparable(entry: RegistrationEntry | StoredEntry): unknown {
  return {
    parent: entry.parent_id,
    selectors: entry.selectors.map(({ type, value }) => `${type}:${value}`).sort(),
    // The first name is the certificate's common name, so their order counts.
    dnsNames: entry.dns_names,
    ttl: entry.x509_svid_ttl,
  };
}
