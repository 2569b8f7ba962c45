import { calleesByService, definitionOf, type ServicePlan } from '../service-plan.ts';

/** `apps/shipping/src/downstream.ts` */
export function downstreamFile(plan: ServicePlan): string {
  const services = [...calleesByService(plan)].flatMap(([service, [first, ...others]]) =>
    first === undefined
      ? []
      : [{ service, client: first.client, callees: [first, ...others], definition: definitionOf(first) }],
  );
  const imports = services.map(({ definition: { name, contract } }) => `import { ${name} } from '${contract}';`);
  const fields = services.map(({ client, callees, definition }) => {
    const calls = callees.map(({ call }) => `'${call}'`).join(' | ');
    return `  readonly ${client}: Pick<SecureClient<typeof ${definition.name}>, ${calls}>;`;
  });
  const clients = services.map(
    ({ client, service, definition }) => `    ${client}: kit.connect(${definition.name}, '${service}'),`,
  );
  return `import type { Kit, SecureClient } from '@zt/kit/service';
${imports.join('\n')}

/** The services that ${plan.names.name} calls, as far as the access graph lets it. */
export interface Downstream {
${fields.join('\n')}
}

/** A call carries the user of the context that it is made with: the kit gets a token for the other service. */
export function connectDownstream(kit: Kit): Downstream {
  return {
${clients.join('\n')}
  };
}
`;
}
