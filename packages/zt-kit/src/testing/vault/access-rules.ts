/** What a policy allows at one path, or below it where the path ends in `*`. */
export interface VaultRule {
  readonly path: string;
  readonly capabilities: readonly string[];
  /** No parameter besides those named, each with one of its values; any value where there is none. */
  readonly allowedParameters?: Readonly<Record<string, readonly string[]>>;
}

export type Operation = 'read' | 'list' | 'create' | 'update' | 'delete';

const capabilities = ['create', 'read', 'update', 'delete', 'list', 'sudo', 'deny'];

export interface AccessQuestion {
  readonly operation: Operation;
  /** Ends in a slash where it is listed. */
  readonly path: string;
  /** Of a read, what its query says. */
  readonly data: Readonly<Record<string, unknown>> | null;
  /** Whether the path is one of those that need `sudo` besides. */
  readonly needsSudo: boolean;
}

/** Says whether policies allow a request, and which of them. Empty: it is refused. */
export type AccessRules = (policies: readonly string[], question: AccessQuestion) => string[];

/**
 * Vault's ACL policies, as far as they have rules of the known kinds: a path, or what begins with one (`*` at its end),
 * of which the longest counts. Throws a `TypeError` for rules of other kinds: they would be read wrong.
 */
export function createAccessRules(
  policies: readonly { readonly name: string; readonly rules: readonly VaultRule[] }[],
): AccessRules {
  for (const { name, rules } of policies) for (const rule of rules) requireKnown(name, rule);
  const rulesOf = new Map(policies.map(({ name, rules }) => [name, rules]));
  return (names, question) => {
    const candidates = names.flatMap((name) => (rulesOf.get(name) ?? []).map((rule) => ({ name, rule })));
    const path = pathThatCounts(
      candidates.map(({ rule }) => rule.path),
      question,
    );
    const found = candidates.filter(({ rule }) => rule.path === path);
    if (found.some(({ rule }) => rule.capabilities.includes('deny'))) return [];
    if (question.needsSudo && !found.some(({ rule }) => rule.capabilities.includes('sudo'))) return [];
    const able = found.filter(({ rule }) => rule.capabilities.includes(question.operation));
    const limits = found.flatMap(({ rule }) => (rule.allowedParameters === undefined ? [] : [rule.allowedParameters]));
    return limits.length === 0 || hasOnly(together(limits), question) ? able.map(({ name }) => name) : [];
  };
}

function requireKnown(policy: string, { path, capabilities: said, allowedParameters = {} }: VaultRule): void {
  const unknown = said.find((each) => !capabilities.includes(each));
  if (unknown !== undefined) throw new TypeError(`policy ${policy}: the capability ${unknown} is not known here`);
  if (/\+|\*./.test(path)) throw new TypeError(`policy ${policy}: ${path} has a pattern that is not known here`);
  const odd = Object.values(allowedParameters)
    .flat()
    .find((value) => value === '*' || /\*./.test(value));
  if (odd !== undefined) throw new TypeError(`policy ${policy}: the value ${odd} is a pattern that is not known here`);
}

function pathThatCounts(paths: readonly string[], { operation, path }: AccessQuestion): string | undefined {
  if (paths.includes(path)) return path;
  const withoutSlash = path.replace(/\/$/, '');
  if (operation === 'list' && paths.includes(withoutSlash)) return withoutSlash;
  return paths
    .filter((each) => each.endsWith('*') && path.startsWith(each.slice(0, -1)))
    .toSorted((a, b) => b.length - a.length)[0];
}

type Limits = Readonly<Record<string, readonly string[]>>;

/** What rules of one path allow together: a parameter that one of them limits is limited, whatever the others say. */
function together(all: readonly Limits[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [said, more] of all.flatMap((limits) => Object.entries(limits))) {
    const name = said.toLowerCase();
    const before = values.get(name);
    values.set(name, before?.length === 0 || more.length === 0 ? [] : [...(before ?? []), ...more]);
  }
  return values;
}

function hasOnly(allowed: ReadonlyMap<string, readonly string[]>, { operation, data }: AccessQuestion): boolean {
  if (operation === 'list' || operation === 'delete') return true;
  return Object.entries(data ?? {}).every(([name, value]) => {
    const values = allowed.get(name.toLowerCase());
    return values !== undefined && (values.length === 0 || values.some((each) => matches(each, value)));
  });
}

function matches(allowed: string, value: unknown): boolean {
  // Vault lets nothing at all pass for whatever it wants.
  if (value === '') return true;
  if (typeof value !== 'string') return false;
  return allowed.endsWith('*') ? value.startsWith(allowed.slice(0, -1)) : value === allowed;
}
