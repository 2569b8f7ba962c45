import { setTimeout } from 'node:timers/promises';
import pRetry from 'p-retry';
import { ZeroTrustError } from '../errors.ts';
import type { DatabaseLogin, LoginSource } from './database-login.ts';
import type { LeasedPool } from './leased-pool.ts';
import { createTimer } from './timer.ts';

/** A login in use and its connections. The login is a later one, with the same name, once its lease was renewed. */
export interface LoginInUse {
  login: DatabaseLogin;
  readonly pool: LeasedPool;
}

/** What is told of logins: names, lease ids and times, never a password. */
export type LoginEvent =
  | {
      readonly event: 'database_login_taken';
      readonly login: string;
      readonly leaseId: string;
      readonly endsAt: string;
    }
  | {
      readonly event: 'database_login_renewed';
      readonly login: string;
      readonly leaseId: string;
      readonly endsAt: string;
    }
  | { readonly event: 'database_login_ended'; readonly login: string; readonly leaseId: string; readonly by: EndedBy }
  | { readonly event: 'database_login_failed'; readonly step: 'take' | 'renew' | 'end'; readonly detail: string };

/** `revoked`: by us, once drained. `lease`: it ran out. `server`: the database no longer takes it. */
export type EndedBy = 'revoked' | 'lease' | 'server';

export interface RotatingLoginOptions {
  readonly source: LoginSource;
  /** Opens connections with the login; rejects where the database does not take it. */
  readonly openPool: (login: DatabaseLogin) => Promise<LeasedPool>;
  readonly log: (event: LoginEvent) => void;
  /** From when a login was taken to when it must not be used any more; its first lease unless told otherwise. Half-way it is replaced. */
  readonly longestLifeMs?: number;
  /** How long work with a replaced login may go on. */
  readonly drainMs?: number;
  /** Between attempts to get a login: from, up to. Each wait is up to twice as long, by chance. */
  readonly retryMs?: { readonly shortest: number; readonly longest: number };
}

/** Keeps a login in force, and puts another into its place before it ends. */
export interface RotatingLogin {
  /** Waits for the first login; rejects with `database_unavailable` where there is none in time. */
  start(waitMs: number): Promise<void>;
  /** The login to start new work with. Asks for one where there is none; rejects with `database_unavailable` where that fails. */
  inForce(): Promise<LoginInUse>;
  /** The login in force, or null; asks for nothing. */
  current(): LoginInUse | null;
  /** The database refused this login. */
  refused(login: LoginInUse): void;
  close(): Promise<void>;
}

type State =
  | { readonly kind: 'serving'; readonly inUse: LoginInUse }
  | { readonly kind: 'without_login'; readonly cause: unknown }
  | { readonly kind: 'closed' };

/**
 * At half of a login's life the next is taken and its pool opened; then new work goes there, the old pool drains, and
 * only then its lease is revoked. While none can be had the login in hand serves on until its lease ends. Then its pool
 * is cut, whether the source of logins is there or not, and work is refused until there is a login again.
 */
export function createRotatingLogin(options: RotatingLoginOptions): RotatingLogin {
  const { source, openPool, log, drainMs = 30_000, retryMs = { shortest: 200, longest: 2_500 } } = options;
  let state: State = { kind: 'without_login', cause: undefined };
  let attempt: Promise<void> | null = null;
  let replacing: Promise<void> | null = null;
  const closing = new AbortController();
  const retiring = new Set<Promise<void>>();
  /** What is done next at half of something: of the login's life, or of its lease. */
  let tend: () => void = () => {};
  const next = createTimer(() => tend());
  const leaseEnd = createTimer(() => {
    if (state.kind === 'serving') drop(state.inUse, 'lease');
  });

  async function takeNext(): Promise<void> {
    const login = await source.issue();
    const pool = await openPool(login).catch(async (error: unknown) => {
      await source.end(login).catch(() => {});
      throw error;
    });
    const previous = state;
    if (previous.kind === 'closed') return await retire({ login, pool });
    state = { kind: 'serving', inUse: { login, pool } };
    log({ event: 'database_login_taken', ...told(login) });
    schedule(state.inUse);
    if (previous.kind === 'serving') retireInBackground(previous.inUse);
  }

  /** One attempt after the other until one succeeds; all who wait share them. */
  function startReplacing(): void {
    if (replacing !== null || closing.signal.aborted) return;
    const once = () => {
      attempt = takeNext().finally(() => {
        attempt = null;
      });
      // Whatever failed, it is tried again: p-retry by itself gives up on a TypeError.
      return attempt.catch((error: unknown) => {
        throw new ZeroTrustError('database_unavailable', 'no database login can be had', { cause: error });
      });
    };
    replacing = pRetry(once, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: retryMs.shortest,
      maxTimeout: retryMs.longest,
      randomize: true,
      signal: closing.signal,
      onFailedAttempt: ({ error }) => {
        if (state.kind === 'without_login') state = { kind: 'without_login', cause: error.cause };
        log({ event: 'database_login_failed', step: 'take', detail: detailOf(error.cause) });
      },
    })
      .catch(() => {})
      .finally(() => {
        replacing = null;
      });
  }

  async function renew(inUse: LoginInUse): Promise<void> {
    try {
      inUse.login = await source.renew(inUse.login);
      log({ event: 'database_login_renewed', ...told(inUse.login) });
      if (state.kind === 'serving' && state.inUse === inUse) schedule(inUse);
    } catch (error) {
      log({ event: 'database_login_failed', step: 'renew', detail: detailOf(error) });
      startReplacing();
    }
  }

  function replaceAt({ lease }: DatabaseLogin): Date {
    const lifeMs = options.longestLifeMs ?? lease.endsAt.getTime() - lease.startsAt.getTime();
    return new Date(lease.startsAt.getTime() + lifeMs / 2);
  }

  /** Chosen now, not when the time has come: by then the clock may have been put back. */
  function schedule(inUse: LoginInUse): void {
    const now = Date.now();
    const { endsAt } = inUse.login.lease;
    const halfOfRest = now + (endsAt.getTime() - now) / 2;
    const replace = replaceAt(inUse.login).getTime();
    tend = replace <= halfOfRest ? startReplacing : () => void renew(inUse);
    next.setTo(new Date(Math.min(halfOfRest, replace)));
    leaseEnd.setTo(endsAt);
  }

  function dropIfOver(): void {
    if (state.kind === 'serving' && state.inUse.login.lease.endsAt <= new Date()) drop(state.inUse, 'lease');
  }

  function drop(inUse: LoginInUse, by: EndedBy): void {
    if (state.kind !== 'serving' || state.inUse !== inUse) return;
    state = { kind: 'without_login', cause: undefined };
    inUse.pool.cut();
    log({ event: 'database_login_ended', ...nameOf(inUse.login), by });
    startReplacing();
  }

  function retireInBackground(inUse: LoginInUse): void {
    const done = retire(inUse).finally(() => retiring.delete(done));
    retiring.add(done);
  }

  async function retire({ login, pool }: LoginInUse): Promise<void> {
    const leftMs = Math.min(drainMs, login.lease.endsAt.getTime() - Date.now());
    const limit = createTimer(() => pool.cut());
    limit.setTo(new Date(Date.now() + leftMs));
    await pool.drain().catch(() => {});
    limit.clear();
    try {
      await source.end(login);
      log({ event: 'database_login_ended', ...nameOf(login), by: 'revoked' });
    } catch (error) {
      // No harm beyond that it holds until its lease ends: nobody uses it any more.
      log({ event: 'database_login_failed', step: 'end', detail: detailOf(error) });
    }
  }

  function serving(now: State): LoginInUse {
    switch (now.kind) {
      case 'serving':
        return now.inUse;
      case 'without_login':
        throw new ZeroTrustError('database_unavailable', 'no database login is in force', { cause: now.cause });
      case 'closed':
        throw new ZeroTrustError('database_unavailable', 'the database is closed');
    }
  }

  return {
    async start(waitMs) {
      startReplacing();
      const waited = new AbortController();
      await Promise.race([replacing, setTimeout(waitMs, undefined, { signal: waited.signal }).catch(() => {})]);
      waited.abort();
      serving(state);
    },
    async inForce() {
      dropIfOver();
      if (state.kind === 'without_login') {
        startReplacing();
        await attempt?.catch(() => {});
      }
      return serving(state);
    },
    current: () => (state.kind === 'serving' ? state.inUse : null),
    refused: (inUse) => drop(inUse, 'server'),
    async close() {
      const last = state;
      state = { kind: 'closed' };
      closing.abort();
      next.clear();
      leaseEnd.clear();
      if (last.kind === 'serving') retireInBackground(last.inUse);
      await Promise.allSettled([attempt, replacing]);
      await Promise.allSettled([...retiring]);
    },
  };
}

function nameOf(login: DatabaseLogin): { readonly login: string; readonly leaseId: string } {
  return { login: login.username, leaseId: login.lease.id };
}

function told(login: DatabaseLogin): { readonly login: string; readonly leaseId: string; readonly endsAt: string } {
  return { ...nameOf(login), endsAt: login.lease.endsAt.toISOString() };
}

/** Only what the kit itself says of an error, and the codes of those beneath: other texts may quote what was sent. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = (error as { readonly code?: unknown }).code;
  const own = error instanceof ZeroTrustError ? error.message : typeof code === 'string' ? code : error.name;
  return error.cause instanceof Error ? `${own}: ${detailOf(error.cause)}` : own;
}
