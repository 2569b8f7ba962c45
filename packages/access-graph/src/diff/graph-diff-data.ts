import type { AccessGraph, GraphService } from '../graph.ts';
import { changesOfLists, type GraphChange, less, more } from './graph-change.ts';

/** Databases, what services may do with their tables, and the API keys that they have. */
export function changesOfData(before: AccessGraph, after: AccessGraph): GraphChange[] {
  const names = [...new Set([...after.services, ...before.services].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [known, now] = [before, after].map(({ services }) => services.find((service) => service.name === name));
    return [
      ...changesOfLists(databaseOf(known), databaseOf(now), {
        added: (database) => more(`${name} now has ${database}`),
        removed: (database) => less(`${name} no longer has ${database}`),
      }),
      ...changesOfGrants(name, known, now),
      ...changesOfLists(known?.apiKeysOf ?? [], now?.apiKeysOf ?? [], {
        added: (thirdParty) => more(`${name} now has an API key of ${thirdParty}`),
        removed: (thirdParty) => less(`${name} no longer has an API key of ${thirdParty}`),
      }),
    ];
  });
}

function databaseOf(service: GraphService | undefined): readonly string[] {
  return (service?.tables ?? null) === null ? [] : ['a database, and a login at Vault'];
}

function changesOfGrants(
  name: string,
  before: GraphService | undefined,
  after: GraphService | undefined,
): GraphChange[] {
  const tables = new Set([...(after?.tables ?? []), ...(before?.tables ?? [])].map((table) => table.name));
  return [...tables].flatMap((table) => {
    const [known, now] = [before, after].map(
      (service) => service?.tables?.find((candidate) => candidate.name === table)?.grants ?? [],
    );
    const gained = now?.filter((grant) => !known?.includes(grant)) ?? [];
    const lost = known?.filter((grant) => !now?.includes(grant)) ?? [];
    return [
      ...(gained.length === 0 ? [] : [more(`${name} may now ${gained.join(', ')} in its table ${table}`)]),
      ...(lost.length === 0 ? [] : [less(`${name} may no longer ${lost.join(', ')} in its table ${table}`)]),
    ];
  });
}
