import type { AccessGraph, GraphService } from '../graph.ts';
import { servicesWithDatabase } from '../vault-policies.ts';
import { callDiagram } from './call-diagram.ts';
import { dataDiagram } from './data-diagram.ts';
import { codeList, markdownTable } from './markdown-table.ts';
import { methodTable } from './method-table.ts';

/** The graph as a page for people: who may call whom as diagrams, and every method with all that it asks of a call. */
export function accessGraphPage(graph: AccessGraph): string {
  return `# Who may call what

This page is made from the access graph, \`packages/access-graph/src/access-graph.ts\`, by
\`npx -y pnpm@12 zt graph generate\`. A change made here is lost: change the graph, generate anew, and look at what else
changed. A test holds this page to the graph.

What is neither drawn nor listed here is refused.

## Calls

A solid arrow is a call with a token: for a user, or in the caller's own name. A dotted one takes no token, and the
caller's certificate is all that counts. Six-sided is who belongs to somebody else, and has no identity here.

${callDiagram(graph)}
## Data and secrets

Each service reaches its own database and no other, with a login that Vault makes for it and that soon ends (dotted).

${dataDiagram(graph)}
${tableOfTables(graph)}
## Methods

\`for\` is on whose behalf a method is called: a user's token, a workload's own, either, or none (nobody; a third party signs
what it sends). A call needs all of the scopes and any one of the roles. \`record\` is how the decision is kept: synced is on
disk before the method runs, written may still be on its way there. Besides these every service answers
questions for its health, to itself only.

${graph.services.map(serviceSection).join('\n')}`;
}

function serviceSection({ name, about, methods }: GraphService): string {
  const apis = [...new Set(methods.map(({ fullName }) => fullName.split('/')[1] ?? ''))];
  return `### ${name}\n\n${about} It serves ${codeList(apis)}.\n\n${methodTable(methods)}`;
}

function tableOfTables(graph: AccessGraph): string {
  const rows = servicesWithDatabase(graph).flatMap(({ name, tables }) =>
    (tables ?? []).map((table) => [name, `\`${table.name}\``, table.grants.join(', ')]),
  );
  return markdownTable(['database', 'table', 'its service may'], rows);
}
