import type { Attempt } from './attempts/index.ts';
import { inWords } from './report.ts';

/** A line for each path with what has to come of it. */
export function pathList(paths: readonly Pick<Attempt, 'id' | 'expected'>[]): string[] {
  return paths.map(({ id, expected }) => `${id}  ${inWords(expected)}`);
}
