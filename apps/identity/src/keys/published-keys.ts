import type { Log } from '@zt/kit/service';
import type { Queryable } from '@zt/kit/vault';
import type { JSONWebKeySet, JWK } from 'jose';

/** `access`: users' tokens. `exchange`: tokens of the exchange. `cookie`: the cookies of logins and sessions. */
export type KeyPurpose = 'access' | 'exchange' | 'cookie';

/** The provider's part of the own public keys. */
export type ProviderKeys = Readonly<Record<Exclude<KeyPurpose, 'exchange'>, () => readonly JWK[]>>;

/** The public keys of every copy of the service, and of those before it, for as long as what they signed may count. */
export interface PublishedKeys {
  /** As of a moment ago, the own ones among them whatever the database says. */
  of(purpose: KeyPurpose): readonly JWK[];
  /** As of now. */
  fresh(purpose: KeyPurpose): Promise<JSONWebKeySet>;
  close(): void;
}

export interface PublishedKeysOptions {
  readonly database: Queryable;
  /** The own public keys, also those that sign next. */
  readonly own: Readonly<Record<KeyPurpose, () => readonly JWK[]>>;
  readonly log: Log;
  readonly everyMs?: number;
}

/** How long after it was last published a key may have signed something that still counts, and some more. */
const keptSeconds: Readonly<Record<KeyPurpose, number>> = { access: 30 * 60, exchange: 10 * 60, cookie: 9 * 60 * 60 };
const purposes: readonly KeyPurpose[] = ['access', 'exchange', 'cookie'];
/** A key that signs next is known an hour before: it may be published this seldom. */
const looksPerPublication = 30;

interface KeyRow {
  readonly purpose: KeyPurpose;
  readonly public_jwk: JWK;
}

/** Publishes the own keys before it resolves. Rejects where the database can't be asked. */
export async function startPublishedKeys(options: PublishedKeysOptions): Promise<PublishedKeys> {
  const { database, own, log, everyMs = 1_000 } = options;
  let known: readonly KeyRow[] = [];
  let looks = 0;

  async function publish(): Promise<void> {
    const keys = purposes.flatMap((purpose) => own[purpose]().map((jwk) => ({ purpose, jwk })));
    await database.query(
      `insert into signing_keys (id, purpose, public_jwk, expires_at)
       select id, purpose, public_jwk, now() + make_interval(secs => seconds)
       from unnest($1::text[], $2::text[], $3::jsonb[], $4::int[]) as own (id, purpose, public_jwk, seconds)
       on conflict (id) do update set expires_at = excluded.expires_at`,
      [
        keys.map(({ jwk }) => jwk.kid),
        keys.map(({ purpose }) => purpose),
        keys.map(({ jwk }) => JSON.stringify(jwk)),
        keys.map(({ purpose }) => keptSeconds[purpose]),
      ],
    );
    await database.query('delete from signing_keys where expires_at <= now()');
  }

  async function look(): Promise<void> {
    if (looks % looksPerPublication === 0) await publish();
    looks += 1;
    known = await database.query<KeyRow>('select purpose, public_jwk from signing_keys where expires_at > now()');
  }

  function of(purpose: KeyPurpose): readonly JWK[] {
    const mine = own[purpose]();
    const others = known.filter(
      (row) => row.purpose === purpose && !mine.some(({ kid }) => kid === row.public_jwk.kid),
    );
    return [...mine, ...others.map(({ public_jwk: jwk }) => jwk)];
  }

  await look();
  let isLooking = false;
  let fails = false;
  async function lookAgain(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    try {
      await look();
      fails = false;
    } catch (error) {
      if (!fails) log.warn('signing_keys_not_published', { error: error instanceof Error ? error.message : 'unknown' });
      fails = true;
    } finally {
      isLooking = false;
    }
  }
  const timer = setInterval(() => void lookAgain(), everyMs);
  timer.unref();
  return {
    of,
    async fresh(purpose) {
      known = await database.query<KeyRow>('select purpose, public_jwk from signing_keys where expires_at > now()');
      return { keys: [...of(purpose)] };
    },
    close: () => clearInterval(timer),
  };
}
