/** What is known of a user's session: `unknown` where nobody has said anything about sessions for too long. */
export type SessionStanding = 'active' | 'ended' | 'blocked' | 'unknown';

/** Knows at every hop which sessions have ended and who is blocked, without asking for each call. */
export interface SessionWatch {
  /** `sessionId` is the `sid` of a user's token. */
  stateOf(sessionId: string, userId: string, now: Date): SessionStanding;
}
