/** What follows from the graph alone, and is committed so that people can read it and tools can take it. */
export type GeneratedFile = WholeFile | FileWithRegions;

export interface WholeFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** A file that people write, but for these regions of it. */
export interface FileWithRegions {
  /** From the repository's root, with `/`. */
  readonly path: string;
  /** Lines by the name of their region, without the indentation that they have in the file. */
  readonly regions: Readonly<Record<string, string>>;
}
