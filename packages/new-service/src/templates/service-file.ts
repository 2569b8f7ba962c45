import { type Callee, calleesByService, type ServicePlan } from '../service-plan.ts';
import { docComment } from './doc-comment.ts';

/** `apps/shipping/src/shipping-service.ts` */
export function serviceFile(plan: ServicePlan): string {
  const { names, database, callees } = plan;
  const { name, pascal, camel, api, contract, definition, snake } = names;
  const errors = database || callees.length > 0;
  const parts = optionsOf(plan);
  return `import { requireUser } from '@zt/kit/authz';
${errors ? "import { BusinessError } from '@zt/kit/errors';\n" : ''}\
import { type Implementation, ${callees.length > 0 ? 'passOn, ' : ''}type Resources } from '@zt/kit/service';
import type { ${database ? `${pascal} as ${pascal}Message, ` : ''}${definition} } from '${contract}';
${callees.length > 0 ? "import type { Downstream } from './downstream.ts';\n" : ''}\
${
  database
    ? `import { parse${pascal}Id, type ${pascal} } from './${name}.ts';
import type { ${pascal}Store } from './${name}-store.ts';
`
    : ''
}
${docComment(
  `Answers ${api}. The kit has decided on a call before it arrives here: who calls, for which user, and that both may. ${
    database ? 'Whose data it is, is left to this file.' : 'The context says who they are.'
  }`,
)}
export function create${pascal}Service(${
    parts.length > 0
      ? `options: {\n${parts.map(({ name: part, type }) => `  readonly ${part}: ${type};`).join('\n')}\n}`
      : ''
  }): Implementation<typeof ${definition}> {
${parts.length > 0 ? `  const { ${parts.map((part) => part.name).join(', ')} } = options;\n` : ''}\
  return {
${database ? keepingMethods(plan) : answeringMethod(plan)}\
  };
}

/** What policy and the ledger see of a request: identifiers and amounts, never the whole. */
export const ${camel}Resources: Resources<typeof ${definition}> = {
${
  database
    ? `  create${pascal}: (request) => ({ ${snake}: request.${camel}Id }),
  get${pascal}: (request) => ({ ${snake}: request.${camel}Id }),
`
    : ''
}};
${database ? messageOf(plan) : ''}${callees.length > 0 ? asked : ''}`;
}

function optionsOf(plan: ServicePlan): readonly { readonly name: string; readonly type: string }[] {
  const clients = [...calleesByService(plan).values()].flatMap(([first]) =>
    first === undefined ? [] : [`'${first.client}'`],
  );
  return [
    ...(plan.database ? [{ name: 'store', type: `${plan.names.pascal}Store` }] : []),
    ...(clients.length > 0 ? [{ name: 'downstream', type: `Pick<Downstream, ${clients.join(' | ')}>` }] : []),
    ...(plan.database ? [{ name: 'now', type: '() => Date' }] : []),
  ];
}

function keepingMethods({ names, callees }: ServicePlan): string {
  const { pascal, camel, words } = names;
  return `    create${pascal}: async (request, context) => {
      const id = parse${pascal}Id(request.${camel}Id);
      const userId = requireUser(context).id;
${callees.length > 0 ? '      // First, so that what another service refuses leaves nothing behind.\n' : ''}\
${callsOf(callees)}\
      const kept = await store.add({ id, userId, createdAt: now() });
      return { ${camel}: messageOf(kept)${answersOf(callees)} };
    },
    get${pascal}: async (request, context) => {
      const found = await store.find(parse${pascal}Id(request.${camel}Id), requireUser(context).id);
      if (found === null) throw new BusinessError('not_found', 'There is no such ${words}.');
      return { ${camel}: messageOf(found) };
    },
`;
}

function answeringMethod({ names, callees }: ServicePlan): string {
  const request = callees.length > 0 ? 'request' : '_request';
  return `    get${names.pascal}: async (${request}, context) => {
      const userId = requireUser(context).id;
${callsOf(callees)}\
      return { userId${answersOf(callees)} };
    },
`;
}

function callsOf(callees: readonly Callee[]): string {
  const calls = callees.map(
    ({ client, call, field }) =>
      `      const ${field.camel} = await downstream.${client}
        .${call}(asked(request.${field.camel}, '${field.snake}'), context).catch(passOn);\n`,
  );
  return calls.join('');
}

function answersOf(callees: readonly Callee[]): string {
  return callees.map(({ field }) => `, ${field.camel}`).join('');
}

function messageOf({ names }: ServicePlan): string {
  const { pascal, camel } = names;
  return `
function messageOf({ id, userId, createdAt }: ${pascal}): ${pascal}Message {
  return { ${camel}Id: id, userId, createdAt };
}
`;
}

const asked = `
/** In proto3 a message can always be missing. */
function asked<Question>(question: Question | undefined, field: string): Question {
  if (question === undefined) throw new BusinessError('invalid', \`The request has no \${field}.\`);
  return question;
}
`;
