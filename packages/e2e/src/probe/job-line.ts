/** What a probe is asked, as a line of JSON that keeps bytes and times apart from text. */
export function toLine(asked: unknown): string {
  return JSON.stringify(asked, function mark(this: Readonly<Record<string, unknown>>, name, value: unknown) {
    // By now a time is a text: only what it stands in still has it.
    const original = this[name];
    return original instanceof Date ? { type: 'Date', data: original.toISOString() } : value;
  });
}

export function fromLine(line: string): unknown {
  return JSON.parse(line, revive);
}

/** Bytes, which JSON has as `{"type":"Buffer","data":[…]}`, and times. */
function revive(_name: string, value: { readonly type?: unknown; readonly data?: unknown } | null): unknown {
  if (value?.type === 'Buffer' && Array.isArray(value.data)) return Buffer.from(value.data);
  return value?.type === 'Date' && typeof value.data === 'string' ? new Date(value.data) : value;
}
