export type ProgramLog = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** One line of JSON for each event, as the services write them. */
export function createProgramLog(service: string): ProgramLog {
  return (level, event, fields) => {
    console.log(JSON.stringify({ level, time: new Date().toISOString(), service, event, ...fields }));
  };
}
