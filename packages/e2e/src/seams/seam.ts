/**
 * A place in the source at which a test changes what a program does, without a word about it in the program itself: in this
 * file, this text is replaced by that one. Programs that run without the test never see it.
 */
export interface Seam {
  /** From the repository's root, with slashes. A `.rego` file is the policy's, which is compiled anew. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** What a stack's processes are told: for each file, by its absolute path, the copy that is read in its place. */
export interface SeamCopies {
  readonly copies: Readonly<Record<string, string>>;
  /** Who reads a copy adds the file's path here, as a line. */
  readonly readFile: string;
}

/**
 * Gives a file's text with the seams in it. Throws, naming the seam, where its text is not there, or more than once: the
 * source was changed since, and the switch would switch nothing, or something else.
 */
export function withSeams(file: string, text: string, seams: readonly Pick<Seam, 'find' | 'replace'>[]): string {
  return seams.reduce((before, { find, replace }) => {
    const count = before.split(find).length - 1;
    if (count !== 1) throw new Error(`the text of a seam is ${count} times in ${file}, not once: ${find}`);
    // A function, as `$` means something in a text.
    return before.replace(find, () => replace);
  }, text);
}
