/** A line of the server's log, in the shape of SPIRE's, to be written as JSON. */
export interface DevelopmentLogLine {
  readonly level: 'info' | 'error';
  readonly msg: string;
  /** ISO 8601. */
  readonly time: string;
  readonly [field: string]: string | number | boolean;
}

export type DevelopmentLog = (line: DevelopmentLogLine) => void;

export const logToStandardError: DevelopmentLog = (line) => void process.stderr.write(`${JSON.stringify(line)}\n`);
