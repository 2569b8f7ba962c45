import type { AccessGraph } from '@zt/access-graph';
import type { ContractMessage, ContractMethod } from './contract-methods.ts';
import { camelCase, nameForms, snakeCase, uncapitalized } from './name-forms.ts';
import type { Callee, ImportedMessage } from './service-plan.ts';
import { WishError } from './wish.ts';

type Service = AccessGraph['services'][number];
type Method = Service['methods'][number];

/** What the new service calls, each once, and the choices that were made where only a service was named. */
export function chooseCallees(
  graph: AccessGraph,
  contracts: ReadonlyMap<string, ContractMethod>,
  calls: readonly string[],
  isFree: (field: string) => boolean,
): { readonly callees: readonly Callee[]; readonly choices: readonly string[] } {
  const chosen = new Map<string, { readonly service: string; readonly method: Method }>();
  const choices: string[] = [];
  for (const word of calls) {
    const { service, method, isChoice } = chooseMethod(graph, word);
    chosen.set(method.shortName, { service, method });
    if (isChoice) choices.push(`of ${service} it calls ${methodName(method)}, the first for users that only reads`);
  }
  const fields = [...chosen.values()].map(({ method }) => snakeCase(methodName(method)));
  const callees = [...chosen.values()].map(({ service, method }): Callee => {
    const name = snakeCase(methodName(method));
    const isAlone = fields.filter((field) => field === name).length === 1 && isFree(name);
    const snake = isAlone ? name : `${nameForms(service).snake}_${name}`;
    return {
      service,
      method: methodName(method),
      fullName: method.fullName,
      client: nameForms(service).camel,
      call: uncapitalized(methodName(method)),
      ...messagesOf(method, contracts),
      field: { snake, camel: camelCase(snake) },
    };
  });
  return { callees, choices };
}

function chooseMethod(graph: AccessGraph, word: string) {
  const { service, method: name } = findService(graph, '--calls', word);
  if (name !== undefined) return { service: service.name, method: namedMethod(graph, service, name), isChoice: false };
  const open = service.methods.filter((method) => refusalOfCallee(graph, service, method) === null);
  const reading = open.filter(onlyReads);
  const method = reading.find(({ roles, purpose }) => roles === null && !purpose) ?? reading[0];
  if (method !== undefined) return { service: service.name, method, isChoice: true };
  if (open.length === 0) {
    const [first] = service.methods;
    throw new WishError(
      first === undefined ? `${word} has no methods` : String(refusalOfCallee(graph, service, first)),
    );
  }
  const names = open.map(({ shortName }) => shortName).join(', ');
  throw new WishError(`${word} has no method for users that only reads: say which one is called, out of ${names}`);
}

function namedMethod(graph: AccessGraph, service: Service, name: string): Method {
  const method = service.methods.find((each) => methodName(each) === name);
  if (method === undefined) throw new WishError(unknownMethod(service, name));
  const refusal = refusalOfCallee(graph, service, method);
  if (refusal !== null) throw new WishError(refusal);
  return method;
}

/** Why a new service, which acts for users, cannot call this method; null where it can. */
function refusalOfCallee(graph: AccessGraph, service: Service, method: Method): string | null {
  if (service.name === graph.entryPoint) return `${service.name} is where users come in: no service calls it`;
  if (method.onBehalfOf !== 'user' && method.onBehalfOf !== 'user or workload') {
    return `${method.shortName} is for ${method.onBehalfOf === 'nobody' ? 'no user' : `a ${method.onBehalfOf}`}: a new service calls for users`;
  }
  return method.calledFrom.length > 0 ? null : `${method.shortName} does not name its callers one by one`;
}

function messagesOf(
  { fullName, shortName }: Method,
  contracts: ReadonlyMap<string, ContractMethod>,
): Pick<Callee, 'request' | 'response'> {
  const contract = contracts.get(fullName);
  if (contract === undefined)
    throw new WishError(`there is no contract of ${shortName} in proto/ that can be imported`);
  if (contract.streams) throw new WishError(`${shortName} streams: a client of the kit sends one message and gets one`);
  return { request: imported(contract.request, shortName), response: imported(contract.response, shortName) };
}

function imported(message: ContractMessage, shortName: string): ImportedMessage {
  const [, folder] = /^([a-z_]+)\/v1\/\1\.proto$/.exec(message.file) ?? [];
  if (folder !== undefined) return { ...message, contract: `@zt/proto/${folder}` };
  throw new WishError(`${shortName} takes or gives ${message.fullName}, which @zt/proto does not export`);
}

/** The service that a word such as `order` or `order.PlaceOrder` names, and the method where it names one. */
export function findService(
  graph: AccessGraph,
  option: string,
  word: string,
): { readonly service: Service; readonly method: string | undefined } {
  const [name = '', method, ...rest] = word.split('.');
  const service = graph.services.find((each) => each.name === name);
  if (service !== undefined && rest.length === 0) return { service, method };
  const names = graph.services.map((each) => each.name).join(', ');
  throw new WishError(`${option} ${word}: that is neither a service (${names}) nor a method, such as order.PlaceOrder`);
}

export function unknownMethod({ name, methods }: Service, method: string): string {
  return `${name} has no method ${method}: it has ${methods.map(methodName).join(', ')}`;
}

/** `PlaceOrder` of `order.PlaceOrder`. */
export function methodName({ shortName }: Pick<Method, 'shortName'>): string {
  return shortName.slice(shortName.indexOf('.') + 1);
}

export function onlyReads({ scopes }: Method): boolean {
  return scopes.length > 0 && scopes.every((scope) => scope.endsWith(':read'));
}
