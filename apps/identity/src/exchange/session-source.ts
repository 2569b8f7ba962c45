import type { VerifiedToken } from '@zt/kit/delegation';

/** What is known of a user's session at one moment. */
export type SessionState = { readonly active: true; readonly endsAt: Date } | { readonly active: false };

/** The token that an exchange is asked for, once it is verified: the user's own where the chain is empty. */
export interface PresentedToken {
  /** A secret until it expires. */
  readonly token: string;
  readonly verified: VerifiedToken;
}

/** Tells whether a user is still logged in. Any OpenID Provider's sessions can stand behind it. */
export interface SessionSource {
  /**
   * `sessionId` is the `sid` of the user's tokens. A session of another user is no session. Throws a `ZeroTrustError`
   * `session_state_unknown` where it can't be known.
   */
  isActive(sessionId: string, userId: string, presented: PresentedToken): Promise<SessionState>;
}
