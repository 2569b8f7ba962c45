import type { Seam } from '../seams/index.ts';

/** One check of the product, and how it is switched off: by seams that exist only in this run. */
export interface Control {
  /** Kebab-case, such as `token-audience`; stable, as `--only` and `coveredBy` name it. */
  readonly id: string;
  /** What the control demands, as a sentence. */
  readonly demands: string;
  readonly off: readonly Seam[];
  /** Which paths it is there to stop: beginnings of ids, or `bypass/…/<fault>` for a fault on every edge. */
  readonly tries: readonly string[];
  /**
   * The id of another control that stops alone whatever this one stops, so that nothing is to be seen without this one. The
   * run switches both off and demands that something gets through then.
   */
  readonly coveredBy?: string;
}

/** What is demanded, where it stands, the text there that does it with what stands in its place, and what it stops. */
export function control(
  id: string,
  demands: string,
  [file, find, replace]: readonly [file: string, find: string, replace: string],
  tries: readonly string[],
  coveredBy?: string,
): Control {
  return { id, demands, off: [{ file, find, replace }], tries, ...(coveredBy === undefined ? {} : { coveredBy }) };
}
