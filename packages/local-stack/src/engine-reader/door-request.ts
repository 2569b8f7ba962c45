/** Who asks: SPIRE's agent, which has to know whose process a container's is, or the tools that show people the stack. */
export type DoorName = 'agent' | 'tools';

/** What the engine may be asked on behalf of others: all of it only reads. */
export type DoorRequest =
  | { readonly kind: 'ping' }
  | { readonly kind: 'inspect'; readonly id: string }
  | { readonly kind: 'list'; readonly all: boolean }
  | { readonly kind: 'logs'; readonly id: string; readonly query: string };

/** Kinds by door. */
const allowed: Readonly<Record<DoorName, readonly DoorRequest['kind'][]>> = {
  agent: ['ping', 'inspect'],
  tools: ['ping', 'inspect', 'list', 'logs'],
};

const path =
  /^(?:\/v1\.\d{1,3})?\/(?:(?<ping>_ping)|containers\/(?:(?<list>json)|(?<id>[0-9a-f]{64})\/(?<about>json|logs)))$/;

const truth = /^(?:0|1|true|false)$/;
const logOptions: Readonly<Record<string, RegExp>> = {
  follow: truth,
  stdout: truth,
  stderr: truth,
  timestamps: truth,
  since: /^\d{1,12}(?:\.\d{1,9})?$/,
  tail: /^(?:all|\d{1,6})$/,
};

/**
 * What a request at a door asks for; null for everything that is not on its list, down to each parameter. Of what comes
 * from outside only these values are ever sent to the engine: the request there is written anew.
 */
export function parseDoorRequest(door: DoorName, method: string, url: string): DoorRequest | null {
  const question = url.indexOf('?');
  const groups = path.exec(question < 0 ? url : url.slice(0, question))?.groups;
  if (groups === undefined) return null;
  const query = new URLSearchParams(question < 0 ? '' : url.slice(question + 1));
  const request = requestOf(groups, query);
  if (request === null || !allowed[door].includes(request.kind)) return null;
  // The engine's own clients begin with a HEAD, to learn its version.
  return method === 'GET' || (method === 'HEAD' && request.kind === 'ping') ? request : null;
}

function requestOf(groups: Readonly<Record<string, string | undefined>>, query: URLSearchParams): DoorRequest | null {
  const { ping, list, id, about } = groups;
  if (ping !== undefined) return query.size === 0 ? { kind: 'ping' } : null;
  if (list !== undefined) {
    return isMadeOf(query, { all: truth })
      ? { kind: 'list', all: ['1', 'true'].includes(query.get('all') ?? '') }
      : null;
  }
  if (id === undefined) return null;
  switch (about) {
    case 'json':
      return query.size === 0 ? { kind: 'inspect', id } : null;
    case 'logs':
      return isMadeOf(query, logOptions) ? { kind: 'logs', id, query: query.toString() } : null;
    default:
      return null;
  }
}

/** Whether there is nothing in it but these, once each, and each in its form. */
function isMadeOf(query: URLSearchParams, forms: Readonly<Record<string, RegExp>>): boolean {
  const names = [...query.keys()];
  if (new Set(names).size !== names.length) return false;
  return names.every((name) => Object.hasOwn(forms, name) && forms[name]?.test(query.get(name) ?? '') === true);
}
