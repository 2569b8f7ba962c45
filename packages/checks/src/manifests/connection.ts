/** Somebody who opens connections to somebody else at a port of TCP. */
export interface Connection {
  readonly caller: string;
  readonly callee: string;
  readonly port: number;
}

/** `order > payment:8443` */
export function inWords({ caller, callee, port }: Connection): string {
  return `${caller} > ${callee}:${port}`;
}

/** What is let through and should not be, and the other way round; none where both are the same. */
export function differences(found: readonly Connection[], wanted: readonly Connection[]): string[] {
  const [open, needed] = [found, wanted].map((all) => [...new Set(all.map(inWords))]) as [string[], string[]];
  return [
    ...open
      .filter((each) => !needed.includes(each))
      .map((each) => `${each} is open, and nothing in the access graph asks for it`),
    ...needed.filter((each) => !open.includes(each)).map((each) => `${each} is shut, and the access graph asks for it`),
  ].toSorted();
}
