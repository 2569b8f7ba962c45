import { pino } from 'pino';

/** Writes one JSON object per line to standard output. No field ever holds a token, a key, a password or a request body. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What waits at most, in bytes, for a disk that is full. */
const longestBacklog = 1024 * 1024;

/** A log that can't be written, such as to a full disk, loses lines and nothing else: the service goes on. */
export function createLog(service: string): Log {
  const output = pino.destination({ dest: 1, sync: true, maxLength: longestBacklog });
  output.on('error', () => {});
  const logger = pino(
    {
      base: { service },
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    output,
  );
  return {
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
  };
}
