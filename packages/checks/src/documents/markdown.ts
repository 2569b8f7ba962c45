/** The parts of a page that name things. */
export interface MarkdownNames {
  /** What is to be typed, without the `npx -y pnpm@12` before it. */
  readonly commands: readonly string[];
  /** Files and folders as the page spells them, from the repository's root; or a file's bare name. */
  readonly paths: readonly string[];
  /** Targets of links within the repository, relative to the page. */
  readonly links: readonly string[];
  /** Paths of the end-to-end tests by their ids, such as `token/missing`, or a group of them: `token/…`. */
  readonly attempts: readonly string[];
}

const fence = /^```(\w*)\n(.*?)^```$/gms;
const prompt = /^(?:npx -y pnpm@12|pnpm) (?=\S)/;
/** Folders look the same; only the groups that there are tell them apart. */
const attempt = /^[a-z-]+\/(?:…|[\w/-]+)$/;
const path = /^(?:(?:\.ci|apps|docs|infra|packages|proto)\/[\w./-]*|[\w.-]+\.(?:ts|md|json|yaml|sql|rego|conf|hcl))$/;

export function namesIn(markdown: string): MarkdownNames {
  const blocks = [...markdown.matchAll(fence)].map(([, language = '', text = '']) => ({ language, text }));
  const prose = markdown.replace(fence, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const typed = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
  const listed = blocks.filter(({ language }) => language === '').flatMap(({ text }) => text.split('\n'));
  return {
    commands: [
      ...typed.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== ''),
      ...spans.filter((span) => prompt.test(span) || /^(?:zt|docker compose) \S/.test(span)),
      ...commandColumn(prose),
    ].map((command) => command.replace(prompt, '')),
    paths: [...spans, ...listed.map((line) => line.split(' ')[0] ?? '')].filter((text) => path.test(text)),
    links: [...prose.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, to = '']) => to).filter((to) => !to.includes('://')),
    attempts: spans.filter((span) => attempt.test(span)),
  };
}

/** The first column of a table whose head says that its commands come after `npx -y pnpm@12`. */
function commandColumn(prose: string): string[] {
  const tables = prose.matchAll(/^\| command \(after `npx -y pnpm@12`\).*\n\|[-| ]+\|\n((?:\|.*\n)+)/gm);
  const rows = [...tables].flatMap(([, body = '']) => body.trimEnd().split('\n'));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));
}
