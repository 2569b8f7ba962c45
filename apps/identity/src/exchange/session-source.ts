/** What is known of a user's session at one moment. */
export type SessionState = { readonly active: true; readonly endsAt: Date } | { readonly active: false };

/** Tells whether a user is still logged in. Any OpenID Provider's sessions can stand behind it. */
export interface SessionSource {
  /** `sessionId` is the `sid` of the user's tokens. A session of another user is no session. */
  isActive(sessionId: string, userId: string): Promise<SessionState>;
}
