import type { AccessGraph, GraphService } from './graph.ts';
import { changesOfLists, type GraphChange, less, more } from './graph-change.ts';

/** Databases, what services may do with their tables, and the API keys that they have. */
export function changesOfData(before: AccessGraph, after: AccessGraph): GraphChange[] {
  const dataIn = (graph: AccessGraph, of: (service: GraphService) => readonly string[]) =>
    graph.services.flatMap((service) => of(service).map((what) => `${service.name}|${what}`));
  const say = {
    added: (what: string) => more(what.replace('|', ' now ')),
    removed: (what: string) => less(what.replace('|', ' no longer ')),
  };
  return [databasesOf, grantsOf, apiKeysOf].flatMap((of) => changesOfLists(dataIn(before, of), dataIn(after, of), say));
}

function databasesOf({ tables }: GraphService): readonly string[] {
  return tables === null ? [] : ['has a database, and a login at Vault'];
}

function grantsOf({ tables }: GraphService): readonly string[] {
  return (tables ?? []).flatMap(({ name, grants }) => grants.map((grant) => `has ${grant} on its table ${name}`));
}

function apiKeysOf({ apiKeysOf: thirdParties }: GraphService): readonly string[] {
  return thirdParties.map((name) => `has an API key of ${name}`);
}
