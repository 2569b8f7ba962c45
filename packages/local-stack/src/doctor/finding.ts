/** Something that is wrong, and what to do about it. */
export interface Finding {
  /** Who has it: `vault`, `order`, … */
  readonly subject: string;
  /** A sentence without its full stop. */
  readonly what: string;
  /** RFC 3339; null where nothing tells. */
  readonly since: string | null;
  /** What a person can do. */
  readonly todo: string;
}

/** What one check found. None of it is guessed: what a check could not see it says as a finding. */
export interface Examination {
  readonly check: string;
  readonly findings: readonly Finding[];
}
