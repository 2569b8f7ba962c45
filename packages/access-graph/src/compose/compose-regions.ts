import type { FileWithRegions } from '../generation/generated-file.ts';
import type { AccessGraph } from '../graph.ts';
import { networkLines } from './network-lines.ts';
import { serviceBlock } from './service-block.ts';

/** What of docker-compose.yml follows from the graph. The rest of it people write. */
export function composeRegions(graph: AccessGraph): FileWithRegions {
  const { services } = graph;
  const perService = (line: (name: string) => string): string => services.map(({ name }) => `${line(name)}\n`).join('');
  return {
    path: 'docker-compose.yml',
    regions: {
      'new spools': perService((name) => `- spool-${name}:/volumes/spool-${name}`),
      services: `${services.map((service) => `\n${serviceBlock(graph, service)}`).join('')}\n`,
      'networks of services': perService((name) => `- ${name}`),
      'spools to read': perService((name) => `- spool-${name}:/spools/${name}:ro`),
      networks: networkLines(graph),
      spools: perService((name) => `spool-${name}:`),
    },
  };
}
