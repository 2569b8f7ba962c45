import { messageOf } from '../error-message.ts';

/** Ends the program as a health check does: with 0 where the check went well, or else with 1 and its reason. */
export async function reportHealth(check: () => Promise<void>): Promise<never> {
  try {
    await check();
    process.exit(0);
  } catch (error) {
    console.error(messageOf(error));
    process.exit(1);
  }
}
