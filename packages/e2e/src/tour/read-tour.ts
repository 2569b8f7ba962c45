/** A command of a page, and what the page says that it prints. */
export interface TourStep {
  /** As the page has it, such as `npx -y pnpm@12 zt order --user alice`. */
  readonly command: string;
  /** Lines that come in this order, others between them; `…` stands for anything. */
  readonly shows: readonly string[];
}

const fence = /^```(sh|bash|text)\n(.*?)^```$/gms;

/** The steps of a page: each line of a `sh` or `bash` block; a `text` block says what the command before it prints. */
export function readTour(markdown: string): TourStep[] {
  const steps: { command: string; shows: string[] }[] = [];
  for (const [, language, text = ''] of markdown.matchAll(fence)) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const last = steps.at(-1);
    if (language !== 'text') steps.push(...lines.map((line) => ({ command: withoutRemark(line), shows: [] })));
    else if (last === undefined) throw new Error('a page begins with what is printed, before any command');
    else last.shows.push(...lines);
  }
  return steps;
}

function withoutRemark(line: string): string {
  return line.replace(/\s+# .*$/, '').trim();
}

/** The first line that the output lacks, or has in another place; undefined where all are there. */
export function missingLine(shows: readonly string[], output: string): string | undefined {
  const lines = output.split('\n').map(evenSpaces);
  let from = 0;
  for (const shown of shows) {
    if (shown.trim() === '…') continue;
    const found = lines.findIndex((line, index) => index >= from && patternOf(shown).test(line));
    if (found === -1) return shown.trim();
    from = found + 1;
  }
  return undefined;
}

/** Columns are as wide as their widest cell, which may be an id. */
function evenSpaces(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}

function patternOf(shown: string): RegExp {
  return new RegExp(`^${evenSpaces(shown).split('…').map(literally).join('.*')}$`, 'u');
}

function literally(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
