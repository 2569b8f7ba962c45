/** What a `docker compose` command names. */
export interface ComposeCommand {
  readonly services: readonly string[];
  /** What the command line `zt` is told in its container; null where it is not what runs. */
  readonly ztWords: readonly string[] | null;
}

/** Options whose next word belongs to them. */
const withValue = [
  '-p',
  '--project-name',
  '-f',
  '--file',
  '--profile',
  '--scale',
  '--format',
  '--tail',
  '--entrypoint',
];

/** In these the first name is a service and all that follows is its program's; in others every name is a service. */
const runsProgram = ['run', 'exec'];

/** Reads a command of a page, which begins with `docker compose`. */
export function readComposeCommand(command: string): ComposeCommand {
  const words = command.split(/\s+/).slice(2);
  const names: string[] = [];
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word.startsWith('-')) {
      if (withValue.includes(word)) words.shift();
    } else {
      names.push(word);
      if (runsProgram.includes(names[0] ?? '') && names.length === 2) break;
    }
  }
  const [, ...services] = names;
  return { services, ztWords: ztWordsOf(names, words) };
}

function ztWordsOf([verb, service]: readonly string[], words: readonly string[]): readonly string[] | null {
  if (verb !== 'run') return null;
  if (service === 'zt') return words;
  return service === 'demo' ? ['demo', ...words] : null;
}
