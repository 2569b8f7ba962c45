import type { Attempt, World } from './attempts/index.ts';
import { failedLine, type ReportLine, reportLine } from './report.ts';

/** Makes one attempt after the other. One that throws counts as failed, and the next one is made. */
export async function runAttempts(
  attempts: readonly Attempt[],
  world: World,
  onLine: (line: ReportLine) => void,
): Promise<ReportLine[]> {
  const lines: ReportLine[] = [];
  for (const attempt of attempts) attempt.announce?.(world);
  for (const attempt of attempts) {
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    const line = await attempt.run(world).then(
      (evidence) => reportLine(attempt, evidence, took()),
      (error: unknown) => failedLine(attempt, error, took()),
    );
    lines.push(line);
    onLine(line);
  }
  return lines;
}
