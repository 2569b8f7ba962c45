import pRetry from 'p-retry';
import { messageOf } from '../error-message.ts';

/** Asks a service until it works, and gives the answer. */
export type Patience = <Answer>(service: string, ask: () => Promise<Answer>) => Promise<Answer>;

/**
 * Services start in any order, so that each is waited for. Says now and then for which, and why; gives up in the end, with
 * an error that says what to do.
 */
export function createPatience(options: {
  readonly report: (line: string) => void;
  readonly timeoutMs?: number;
  readonly reportEveryMs?: number;
}): Patience {
  const { report, timeoutMs = 120_000, reportEveryMs = 5_000 } = options;
  return async (service, ask) => {
    let told = performance.now();
    const tell = (error: Error) => {
      if (performance.now() - told < reportEveryMs) return;
      told = performance.now();
      report(`waiting for ${service}: ${reasonOf(error)}`);
    };
    try {
      return await pRetry(ask, {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 100,
        maxTimeout: 500,
        maxRetryTime: timeoutMs,
        onFailedAttempt: ({ error }) => tell(error),
      });
    } catch (cause) {
      throw new Error(
        `${service} did not answer within ${timeoutMs / 1000} s: ${reasonOf(cause)}. ` +
          `Look at docker compose logs ${service}, and say docker compose up again`,
        { cause },
      );
    }
  };
}

/** An error that wraps another says less than that one. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
