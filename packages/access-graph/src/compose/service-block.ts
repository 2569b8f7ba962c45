import type { AccessGraph, GraphService } from '../graph.ts';
import { serviceNeeds } from '../service-needs.ts';
import { ports } from './places.ts';
import { environmentLines } from './service-environment.ts';
import { networksOf } from './service-networks.ts';

/** A service as docker-compose.yml has it. The anchors are those that people write at the top of that file. */
export function serviceBlock(graph: AccessGraph, service: GraphService): string {
  const { name, about } = service;
  return `# ${about}
${name}:
  <<: *app
  image: zero-trust/${name}
  build:
    <<: *image-of
    args: { <<: *app-health, ENTRY: apps/${name}/src/main.ts }
  labels: { example.zt.workload: ${name} }
${name === graph.entryPoint ? publishedPort : ''}  environment:
${indented(environmentLines(graph, service))}
  networks:
${indented(networkLines(graph, service))}
  volumes:
${indented(volumeLines(graph, service))}
`;
}

const publishedPort = `  # The only port that this machine opens.
  ports: ["127.0.0.1:\${ZT_GATEWAY_PORT:-8443}:${ports.https}"]
`;

function networkLines(graph: AccessGraph, service: GraphService): string[] {
  return networksOf(graph, service).map(({ network, alias }) =>
    alias === null ? `${network}:` : `${network}: { aliases: [${alias}] }`,
  );
}

function volumeLines(graph: AccessGraph, service: GraphService): string[] {
  const { thirdParties } = serviceNeeds(graph, service);
  return [
    '- workload-api:/run/spire/agent:ro',
    ...thirdParties.map((thirdParty) => `- ${thirdParty}-authority:/${thirdParty}:ro`),
    `- spool-${service.name}:/spool`,
  ];
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}
