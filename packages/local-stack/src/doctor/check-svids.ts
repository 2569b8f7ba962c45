import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** An SVID is replaced at half its life: one with less than that left was not. */
const lateShare = 1 / 3;

/** Certificates that have ended, or that should have been replaced by now. */
export function checkSvids({ status, record, now, command }: RunningExaminedStack): Finding[] {
  const ttlSeconds = record.settings.svidTtlSeconds;
  return status.processes.flatMap(({ name, svids }) =>
    svids.flatMap(({ spiffeId, notAfter }): Finding[] => {
      const left = (Date.parse(notAfter) - now.getTime()) / 1000;
      if (left >= ttlSeconds * lateShare) return [];
      const todo = `see whether SPIRE's agent is well, and why it gave no other: ${command('logs spire-agent')}`;
      if (left > 0) {
        const what = `has ${Math.round(left)} s left of its certificate ${spiffeId}, and got no other yet`;
        return [{ subject: name, what, since: null, todo }];
      }
      const what = `has a certificate that has ended (${spiffeId}): nobody accepts it, and it accepts nobody`;
      return [{ subject: name, what, since: notAfter, todo }];
    }),
  );
}
