import { messageOf } from '../error-message.ts';

/** Ends the program as a health check does: with 0 where the check went well, or else with 1 and the reason. */
export function reportHealth(check: () => void): void {
  try {
    check();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
