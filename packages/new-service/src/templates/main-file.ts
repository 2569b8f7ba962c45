import type { ServicePlan } from '../service-plan.ts';

/** `apps/shipping/src/main.ts` */
export function mainFile({ names, database, callees }: ServicePlan): string {
  const { name, pascal, camel, contract, definition } = names;
  const parts = [
    ...(database ? [`store: create${pascal}Store(await kit.openDatabase())`] : []),
    ...(callees.length > 0 ? ['downstream: connectDownstream(kit)'] : []),
    ...(database ? ['now: () => new Date()'] : []),
  ];
  return `import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { ${definition} } from '${contract}';
${callees.length > 0 ? "import { connectDownstream } from './downstream.ts';\n" : ''}\
import { create${pascal}Service, ${camel}Resources } from './${name}-service.ts';
${database ? `import { create${pascal}Store } from './${name}-store.ts';\n` : ''}
await runService({
  name: '${name}',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const service = create${pascal}Service(${parts.length > 0 ? `{ ${parts.join(', ')} }` : ''});
    kit.serve(${definition}, service, ${camel}Resources);
  },
});
`;
}
