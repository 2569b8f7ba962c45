import picocolors from 'picocolors';

/** How a story is put on the screen. */
export interface Style {
  readonly colors: ReturnType<typeof picocolors.createColors>;
  /** Whole SPIFFE IDs, serial numbers and lease ids instead of short ones. */
  readonly verbose: boolean;
  /** An IANA name; undefined for the machine's own. */
  readonly timeZone: string | undefined;
}

/** For this terminal: without colours where it has none, or where `NO_COLOR` is set. */
export function terminalStyle(options: { readonly verbose: boolean }): Style {
  return { colors: picocolors, verbose: options.verbose, timeZone: undefined };
}
