import { describe, expect, type TestOptions, test } from 'vitest';
import type { ProgramName } from '../pinned-program.ts';
import { programsAtHand } from './programs-at-hand.ts';

/** Tests against real programs. Where one of those would have to be fetched or built first, a test says so; in CI it fails. */
export async function describeWithPrograms<Name extends ProgramName>(
  title: string,
  names: readonly Name[],
  tests: (programs: Readonly<Record<Name, string>>) => void,
  options: TestOptions = {},
): Promise<void> {
  const programs = await programsAtHand(names);
  if (programs !== null) {
    describe(title, options, () => tests(programs));
    return;
  }
  describe(title, () => {
    test('is not tested here: run `npx -y pnpm@12 zt tools` once, and it is, against the real programs', () => {
      expect(process.env.CI).toBeUndefined();
      console.warn(`${title}: NOT TESTED here, for want of ${names.join(', ')}`);
    });
  });
}
