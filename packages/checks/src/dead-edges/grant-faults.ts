import type { AccessGraph, GraphTable, TableGrant } from '@zt/access-graph';
import { graphFile } from './graph-calls.ts';

/** What services may do with their tables and no SQL in their code does: one sentence each, with what to do. */
export function findGrantFaults(graph: AccessGraph, texts: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return graph.services.flatMap(({ name, tables }) => {
    const said = [...(texts.get(name) ?? [])];
    return (tables ?? []).flatMap((table) =>
      unusedGrants(table, said).map(
        (grant) =>
          `${graphFile}: ${name} has '${grant}' on ${table.name}, and no SQL in apps/${name}/src needs it. Take it out.`,
      ),
    );
  });
}

function unusedGrants({ name, grants }: GraphTable, texts: readonly string[]): TableGrant[] {
  return grants.filter((grant) => !texts.some((text) => uses(name, grant, text)));
}

/**
 * Whether SQL needs the grant. In doubt it does: a fault that is none would be worse than a grant too many, and a grant
 * too few is refused by Postgres in the tests.
 */
function uses(table: string, grant: TableGrant, sql: string): boolean {
  const name = `(public\\.)?"?${table}"?\\b`;
  const said = (pattern: string): boolean =>
    // A name that is put in may be any.
    new RegExp(pattern.replaceAll('TABLE', `(\\?|${name})`), 'is').test(sql);
  switch (grant) {
    case 'select':
      return (
        said('\\b(from|join|using|update)\\s+(only\\s+)?TABLE') ||
        said(`,\\s*${name}`) ||
        said('\\binto\\s+TABLE.*\\breturning\\b') ||
        said('\\bmerge\\s+into\\s+TABLE')
      );
    case 'insert':
      return said('\\binto\\s+TABLE');
    case 'update':
      return (
        said('\\bupdate\\s+(only\\s+)?TABLE') ||
        said('\\binto\\s+TABLE.*\\bdo\\s+update\\b') ||
        said('\\bmerge\\s+into\\s+TABLE') ||
        said('\\b(from|join)\\s+TABLE.*\\bfor\\s+(no\\s+key\\s+update|update|share|key\\s+share)\\b')
      );
    case 'delete':
      return said('\\bdelete\\s+from\\s+(only\\s+)?TABLE') || said('\\bmerge\\s+into\\s+TABLE');
  }
}
