import { messageOf } from '../error-message.ts';
import type { Examination, Finding } from './finding.ts';

export type Check<Stack> = readonly [
  name: string,
  check: (stack: Stack) => readonly Finding[] | Promise<readonly Finding[]>,
];

const timeoutMs = 20_000;

/** Finds out what one check finds: where it fails, or takes longer than twenty seconds, that is what was found. */
export async function runCheck<Stack>([name, check]: Check<Stack>, stack: Stack): Promise<Examination> {
  const { promise: late, resolve } = Promise.withResolvers<readonly Finding[]>();
  const timer = setTimeout(() => resolve([unfinished(name, `was not done after ${timeoutMs / 1000} s`)]), timeoutMs);
  try {
    const done = Promise.resolve(check(stack)).catch((error: unknown) => [
      unfinished(name, `could not be made: ${messageOf(error)}`),
    ]);
    return { check: name, findings: await Promise.race([done, late]) };
  } finally {
    clearTimeout(timer);
  }
}

function unfinished(name: string, what: string): Finding {
  return { subject: 'doctor', what: `the check of ${name} ${what}`, since: null, todo: 'ask again' };
}
