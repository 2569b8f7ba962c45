import { type RollStep, rollSteps } from './authority-roll.ts';

/** The four steps of a roll. Each gives the id of the key that it is about: first the new one, from `taint` on the old one. */
export type AuthoritySteps = Readonly<Record<RollStep, () => Promise<string>>>;

/** Settles when everybody has what came of a step that began at this time. */
export type RollSettled = (step: RollStep, keyId: string, begunAt: Date) => Promise<void>;

/**
 * Replaces the key of an authority while calls go on: the new one is trusted before it signs, and the old one until
 * nobody has an SVID of it, if `settled` waits for that.
 */
export async function rollAuthority(
  authority: AuthoritySteps,
  settled: RollSettled,
  last: RollStep = 'revoke',
): Promise<void> {
  for (const step of rollSteps.slice(0, rollSteps.indexOf(last) + 1)) {
    const begunAt = new Date();
    await settled(step, await authority[step](), begunAt);
  }
}

/** Has everybody exchange their SVIDs at once, as where the key has leaked. The old key is trusted until `revoke`. */
export async function taintAuthority(authority: AuthoritySteps, settled: RollSettled): Promise<void> {
  await rollAuthority(authority, settled, 'taint');
}
