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
    return found.filter(({ rule }) => allows(rule, question)).map(({ name }) => name);
  };
}

function requireKnown(policy: string, { path, capabilities: said }: VaultRule): void {
  const unknown = said.find((each) => !capabilities.includes(each));
  if (unknown !== undefined) throw new TypeError(`policy ${policy}: the capability ${unknown} is not known here`);
  if (/\+|\*./.test(path)) throw new TypeError(`policy ${policy}: ${path} has a pattern that is not known here`);
}

function pathThatCounts(paths: readonly string[], { operation, path }: AccessQuestion): string | undefined {
  if (paths.includes(path)) return path;
  const withoutSlash = path.replace(/\/$/, '');
  if (operation === 'list' && paths.includes(withoutSlash)) return withoutSlash;
  return paths
    .filter((each) => each.endsWith('*') && path.startsWith(each.slice(0, -1)))
    .toSorted((a, b) => b.length - a.length)[0];
}

function allows({ capabilities: said, allowedParameters }: VaultRule, question: AccessQuestion): boolean {
  const { operation, data } = question;
  if (!said.includes(operation)) return false;
  if (allowedParameters === undefined || (operation !== 'create' && operation !== 'update')) return true;
  const allowed = new Map(Object.entries(allowedParameters).map(([name, values]) => [name.toLowerCase(), values]));
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
