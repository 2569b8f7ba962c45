import { calleesByService, type ImportedMessage, type ServicePlan } from '../service-plan.ts';

/** `apps/shipping/src/testing/other-services.ts`: only for a service that calls others. */
export function otherServicesFile(plan: ServicePlan): string {
  const { callees } = plan;
  const clients = [...calleesByService(plan)].map(([service, of]) => {
    const [first] = of;
    const calls = of.map(({ call, response }) => `${call}: answer('${service}', ${aliasOf(plan, response)})`);
    return `    ${first?.client}: { ${calls.join(', ')} },`;
  });
  const questions = callees.map(({ field, request }) => `${field.camel}: ${aliasOf(plan, request)}.decode(nothing)`);
  return `import type { CallContext } from '@zt/kit/authz';
import type { CallError } from '@zt/kit/service';
${importsOf(plan)}
import type { Downstream } from '../downstream.ts';

/** The encoding of every message without content. */
const nothing = new Uint8Array();

/** What the other services are asked in tests. */
export const questions = { ${questions.join(', ')} };

/** Stands in the other services' place: it answers with empty messages, or fails, and keeps who was asked for whom. */
export function createOtherServices() {
  const asked: string[] = [];
  const others = { failure: null as CallError | null };

  function answer<Answer>(service: string, message: { decode(input: Uint8Array): Answer }) {
    return async (_request: unknown, context: CallContext): Promise<Answer> => {
      asked.push(\`\${service} for \${context.user?.id}\`);
      if (others.failure !== null) throw others.failure;
      return message.decode(nothing);
    };
  }

  const downstream = {
${clients.join('\n')}
  } satisfies Partial<Downstream>;
  return Object.assign(others, { asked, downstream });
}
`;
}

/** Two services may have messages of one name. */
function aliasOf(plan: ServicePlan, message: ImportedMessage): string {
  const isAlone = messagesOf(plan).filter(({ name }) => name === message.name).length === 1;
  return isAlone
    ? message.name
    : message.fullName.replaceAll(/(?:^|[._])(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

function importsOf(plan: ServicePlan): string {
  const lines = messagesOf(plan).map((message) => {
    const alias = aliasOf(plan, message);
    return `import { ${alias === message.name ? alias : `${message.name} as ${alias}`} } from '${message.contract}';`;
  });
  return lines.join('\n');
}

function messagesOf({ callees }: ServicePlan): readonly ImportedMessage[] {
  const all = callees.flatMap(({ request, response }) => [request, response]);
  return [...new Map(all.map((message) => [message.fullName, message])).values()];
}
