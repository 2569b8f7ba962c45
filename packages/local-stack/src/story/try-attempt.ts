import { type Attempt, isAsExpected, type World } from '@zt/e2e/attempts';
import { messageOf } from '../error-message.ts';
import type { AttemptOutcome } from './show-refusal.ts';

/** Makes an attempt that has to be refused and recorded. Never throws: what goes wrong is part of the outcome. */
export async function tryAttempt(attempt: Attempt, world: World): Promise<AttemptOutcome> {
  try {
    const evidence = await attempt.run(world);
    const expected = isAsExpected(attempt, evidence) && evidence.recordedBy !== null;
    return { kind: expected ? 'refused_as_expected' : 'not_as_expected', evidence };
  } catch (error) {
    return { kind: 'error', message: messageOf(error) };
  }
}
