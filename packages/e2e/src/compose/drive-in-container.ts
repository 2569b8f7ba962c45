import { writeFile } from 'node:fs/promises';
import type { ComposeProject } from './compose-project.ts';

/** The options that go along into the container. */
export interface DriveOptions {
  readonly only?: string;
  /** A file here. */
  readonly report?: string;
}

/** Drives the paths in a container of a project that runs, shows what it says, and gives its exit code. */
export async function driveInContainer(
  project: Pick<ComposeProject, 'run'>,
  { only, report }: DriveOptions,
): Promise<number> {
  const reports: string[] = [];
  const args = [
    ...(only === undefined ? [] : ['--only', only]),
    // A file in there would be gone with the container.
    ...(report === undefined ? [] : ['--report', '-']),
  ];
  const onLine = (line: string): void => {
    if (report !== undefined && isReport(line)) reports.push(line);
    else console.log(line);
  };
  const exitCode = await project.run({ service: 'e2e', args, onLine });
  const [lines] = reports;
  if (report !== undefined && lines !== undefined)
    await writeFile(report, `${JSON.stringify(JSON.parse(lines), null, 2)}\n`);
  return exitCode ?? 1;
}

/** It comes in a line of its own. */
function isReport(line: string): boolean {
  return line === '[]' || line.startsWith('[{"id":');
}
