/** A user's access token, got by logging in, and again before it ends. */
export interface UserSession {
  token(): Promise<string>;
}

/** Access tokens hold for ten minutes; one that is handed out has at least two left. */
const renewAfterMs = 8 * 60_000;

/** `logIn` is called when a token is wanted and none is fresh; all who wait share it, and a failure is not kept. */
export function createUserSession(logIn: () => Promise<string>, now: () => number = Date.now): UserSession {
  let current: { readonly token: Promise<string>; readonly since: number } | null = null;
  return {
    token() {
      if (current !== null && now() - current.since < renewAfterMs) return current.token;
      const made = { token: logIn(), since: now() };
      current = made;
      made.token.catch(() => {
        if (current === made) current = null;
      });
      return made.token;
    },
  };
}
