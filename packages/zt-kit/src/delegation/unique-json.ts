/**
 * Reads a JSON object in which every name stands once, at every depth. Throws a `TypeError` or `SyntaxError`.
 * Of a name that stands twice one reader takes the first and another the last: what was checked would not be what is
 * used (RFC 8725, section 2.4; RFC 7519, section 4).
 */
export function parseUniqueJson(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('JSON is not an object');
  refuseRepeatedNames(text);
  return value as Readonly<Record<string, unknown>>;
}

const stringOrMark = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Walks text that is known to be JSON: a string that a colon follows is a name of the innermost object. */
function refuseRepeatedNames(text: string): void {
  const open: Set<string>[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(stringOrMark)) {
    switch (token) {
      case '{':
      case '[':
        open.push(new Set());
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ':': {
        const names = open.at(-1);
        const name = JSON.parse(lastString) as string;
        if (names?.has(name)) throw new TypeError('JSON has a name twice');
        names?.add(name);
        break;
      }
      default:
        lastString = token;
    }
  }
}
