import { matrixPaths } from '../matrix/matrix-attempts.ts';
import { allowedPaths } from './allowed.ts';
import { apiKeyPaths } from './api-key.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { refusedByBusiness } from './business.ts';
import { ledgerPaths } from './ledger-verified.ts';
import { life } from './life.ts';
import { otherIssuerPaths } from './other-issuer.ts';
import { otherSide } from './other-side.ts';
import { policyBundlePaths } from './policy-bundles.ts';
import { quarantinePaths } from './quarantine.ts';
import { refusedByRules } from './refused-by-policy.ts';
import { refusedDatabases } from './refused-databases.ts';
import { refusedExchanges } from './refused-exchanges.ts';
import { refusedHandshakes } from './refused-handshakes.ts';
import { refusedNotices } from './refused-notices.ts';
import { refusedRecords } from './refused-records.ts';
import { refusedSessions } from './refused-sessions.ts';
import { refusedTokens } from './refused-tokens.ts';
import { tour } from './tour.ts';

export type { Attempt, Evidence, Verdict } from './attempt.ts';
export { troubles } from './trouble.ts';
export { createWorld, type World } from './world.ts';

/** Every path that is driven against a running stack. */
export const attempts: readonly Attempt[] = [
  ...allowedPaths,
  ...refusedHandshakes,
  ...refusedTokens,
  ...refusedSessions,
  ...refusedExchanges,
  ...quarantinePaths,
  ...policyBundlePaths,
  ...refusedByRules,
  ...refusedByBusiness,
  ...refusedDatabases,
  ...refusedNotices,
  ...apiKeyPaths,
  ...refusedRecords,
  ...otherSide,
  ...matrixPaths,
  ...life,
  ...ledgerPaths,
  ...tour,
];

/** What users do, with Dex in the place of the own provider; and what becomes of tokens of such an issuer. */
export const attemptsWithDex: readonly Attempt[] = [
  ...allowedPaths,
  ...refusedByRules,
  ...refusedByBusiness,
  ...otherIssuerPaths,
];

/** Whether what came of an attempt is what had to come, and was written down. */
export function isAsExpected({ expected }: Attempt, evidence: Evidence): boolean {
  return evidence.code === expected.code && JSON.stringify(evidence.reasons) === JSON.stringify(expected.reasons);
}
