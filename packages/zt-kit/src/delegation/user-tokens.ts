import { foreignDialect } from './foreign-dialect.ts';
import type { SigningKeySource } from './signing-keys.ts';
import { createSubjectTokenVerifier, type SubjectTokenVerifier } from './subject-token.ts';
import type { UserIssuer } from './user-issuer.ts';

/**
 * Verifies users' access tokens, whoever issues them. A foreign issuer's tokens are for a client of that issuer, and count
 * as being for the workload that takes them; only one where users come in may do so.
 */
export function createUserTokenVerifier(issuer: UserIssuer, keys: SigningKeySource): SubjectTokenVerifier {
  const options = { type: 'at+jwt', issuer: issuer.issuer, keys } as const;
  switch (issuer.kind) {
    case 'own':
      return createSubjectTokenVerifier(options);
    case 'foreign': {
      const verifier = createSubjectTokenVerifier({ ...options, dialect: foreignDialect(issuer) });
      return {
        async verify(token, { audience }, now) {
          const verified = await verifier.verify(token, { audience: issuer.audience }, now);
          return Object.freeze({ ...verified, audience });
        },
      };
    }
  }
}

/** The algorithm of the keys with which an issuer signs. */
export function algorithmOf(issuer: UserIssuer): 'ES256' | 'RS256' {
  return issuer.kind === 'own' ? 'ES256' : issuer.algorithm;
}
