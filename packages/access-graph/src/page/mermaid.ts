export interface Node {
  /** Letters, digits and hyphens; two nodes of different shapes may share a name. */
  readonly name: string;
  readonly shape: keyof typeof shapes;
}

export interface Arrow {
  readonly from: Node;
  readonly to: Node;
  readonly line: keyof typeof lines;
  /** Lines of plain text; none: the arrow says it all. */
  readonly label: readonly string[];
}

const shapes = { people: ['([', '])'], workload: ['[', ']'], store: ['[(', ')]'], outside: ['{{', '}}'] } as const;

const lines = { solid: '-->', dotted: '-.->' } as const;

/**
 * A flowchart in as little of Mermaid's language as it takes, in a fence that forges draw. The nodes' order says what stands
 * where; one without an arrow is left out.
 */
export function flowchart(nodes: readonly Node[], arrows: readonly Arrow[]): string {
  const drawn = new Set(arrows.flatMap(({ from, to }) => [idOf(from), idOf(to)]));
  const nodeLines = nodes.filter((node) => drawn.has(idOf(node))).map(nodeLine);
  const text = ['```mermaid', 'flowchart LR', ...nodeLines, ...arrows.map(arrowLine), '```'];
  return `${text.join('\n')}\n`;
}

function nodeLine(node: Node): string {
  const [open, close] = shapes[node.shape];
  return `  ${idOf(node)}${open}"${node.name}"${close}`;
}

function arrowLine({ from, to, line, label }: Arrow): string {
  const said = label.length === 0 ? '' : `|"${label.join('<br/>')}"|`;
  return `  ${idOf(from)} ${lines[line]}${said} ${idOf(to)}`;
}

/** Begins with the shape: names such as `end` mean something in Mermaid. */
function idOf({ name, shape }: Node): string {
  return `${shape}_${name.replaceAll('-', '_')}`;
}
