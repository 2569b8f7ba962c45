const end = /^\s*# ── end ──$/;
const begin = /^(?<indent>\s*)# ── from the access graph: (?<name>.+) ──$/;

/**
 * A text with its regions as they should be. A region is what stands between the lines `# ── from the access graph: services ──`
 * and `# ── end ──`, and is indented as the first of these. Throws where the text does not have each region exactly once, or
 * has one that nobody makes.
 */
export function withRegions(text: string, regions: Readonly<Record<string, string>>): string {
  const lines = text.split('\n');
  const ofWindows = lines.findIndex((line) => line.endsWith('\r'));
  // Markers would not be found then, though anybody can see them.
  if (ofWindows >= 0) throw new Error(`line ${ofWindows + 1} ends as on Windows, with CR and LF: LF alone is wanted`);
  const found = lines.map((line) => begin.exec(line)?.groups?.name);
  const missing = Object.keys(regions).find((name) => !found.includes(name));
  if (missing !== undefined) throw new Error(`there is no line “# ── from the access graph: ${missing} ──”`);
  const made: string[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    made.push(line);
    if (end.test(line)) throw new Error(`line ${index + 1}, “${line.trim()}”, ends a region that has not begun`);
    const { name, indent = '' } = begin.exec(line)?.groups ?? {};
    if (name === undefined) continue;
    const region = Object.hasOwn(regions, name) ? regions[name] : undefined;
    if (region === undefined) throw new Error(`nothing makes the region of line ${index + 1}, “${line.trim()}”`);
    if (seen.has(name)) throw new Error(`“${line.trim()}” is there twice: again in line ${index + 1}`);
    seen.add(name);
    made.push(...linesOf(region).map((each) => (each === '' ? '' : `${indent}${each}`)));
    index = endOf(lines, index);
    made.push(lines[index] ?? '');
  }
  return made.join('\n');
}

/** Where a region ends that begins in this line. */
function endOf(lines: readonly string[], beginning: number): number {
  const found = lines.findIndex((line, index) => index > beginning && (end.test(line) || begin.test(line)));
  if (found >= 0 && end.test(lines[found] ?? '')) return found;
  throw new Error(`“${lines[beginning]?.trim()}” in line ${beginning + 1} has no “# ── end ──” behind it`);
}

function linesOf(region: string): string[] {
  return region === '' ? [] : region.replace(/\n$/, '').split('\n');
}
