/** One kind of thing that a workload reaches, and what stops it from going further there. */
export interface ReachedPart {
  readonly about: string;
  readonly reaches: readonly Reached[];
  readonly stops: readonly string[];
}

export interface Reached {
  readonly what: string;
  /** How, or how far; empty where there is nothing to add. */
  readonly how: string;
}
