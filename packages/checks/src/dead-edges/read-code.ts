import { type Project, ts } from 'ts-morph';
import { createClientMembers } from './client-members.ts';
import type { CodePlace, CodeUse, UseIn } from './code-use.ts';
import { type Contracts, type Rpc, readContracts } from './contracts.ts';
import { createDefinitionUses } from './definition-uses.ts';
import { stringTextOf } from './string-text.ts';

/** What a checkout's code says of who calls whom. */
export interface CheckedCode {
  readonly rpcs: readonly Rpc[];
  readonly uses: readonly CodeUse[];
  /** By workload, every text in its code; what is put into a template is a `?`. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Reads it with the type checker, so that it does not matter how a client is named, taken apart or passed on. */
export function readCode(project: Project, root: string): CheckedCode {
  const program = project.getProgram().compilerObject;
  const files = new Map(program.getSourceFiles().map((file) => [file.fileName.slice(root.length + 1), file]));
  const contracts = readContracts(new Map([...files].filter(([path]) => path.startsWith('proto/gen/'))));
  const uses: CodeUse[] = [];
  const texts = new Map<string, Set<string>>();
  for (const [path, file] of files) {
    const workload = workloadOf(path);
    if (workload === undefined) continue;
    const text = texts.get(workload) ?? new Set();
    texts.set(workload, text);
    readFile(file, program.getTypeChecker(), contracts, {
      use: (node, use) => uses.push({ ...placeOf(workload, path, file, node), ...use }),
      text: (said) => text.add(said),
    });
  }
  return { rpcs: contracts.rpcs, uses, texts };
}

interface Found {
  use(node: ts.Node, use: UseIn): void;
  text(said: string): void;
}

function readFile(file: ts.SourceFile, checker: ts.TypeChecker, contracts: Contracts, found: Found): void {
  const members = createClientMembers(checker, contracts);
  const definitions = createDefinitionUses(checker, contracts);
  const rpcs = new Set(contracts.methods.values());
  const visit = (node: ts.Node): void => {
    const ofDefinition = definitions.useOf(node);
    for (const use of ofDefinition === undefined ? members.usedBy(node) : [ofDefinition]) found.use(node, use);
    const text = stringTextOf(node);
    if (text !== undefined) found.text(text);
    // Whoever writes a method's whole name calls it in a way of his own.
    if (text !== undefined && rpcs.has(text)) found.use(node, { kind: 'calls', method: text });
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function placeOf(workload: string, path: string, file: ts.SourceFile, node: ts.Node): CodePlace {
  return { workload, at: `${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}` };
}

function workloadOf(path: string): string | undefined {
  if (path.startsWith('packages/local-stack/src/operator/')) return 'operator';
  return /^apps\/([^/]+)\/src\//.exec(path)?.[1];
}
