import type { Engines, Handler, Route } from './route.ts';
import { secondsOfField, secondsUntil } from './time-to-live.ts';
import type { Token } from './tokens.ts';
import { nothingThere } from './vault-refusal.ts';

/** What a token is asked for itself, and the roles of the login that one is got with. */
export function tokenRoutes({ tokens, leases, certRoles }: Engines): Route[] {
  const lookUp: Handler = ({ bearer, now }) => ({ data: described(bearer, now) });
  return [
    { pattern: /^auth\/token\/lookup-self$/, handlers: { read: lookUp, update: lookUp } },
    {
      pattern: /^auth\/token\/renew-self$/,
      handlers: { update: ({ bearer, data, now }) => tokens.renew(bearer, secondsOfField(data, 'increment'), now) },
    },
    {
      pattern: /^auth\/token\/revoke-self$/,
      handlers: {
        update: ({ bearer }) => {
          tokens.revoke(bearer);
          leases.look();
          return null;
        },
      },
    },
    {
      pattern: /^auth\/cert\/certs\/([^/]+)$/,
      handlers: {
        update: ({ name, data }) => {
          if (!certRoles.has(name)) throw nothingThere();
          certRoles.update(name, data ?? {});
          return null;
        },
      },
    },
  ];
}

function described(token: Token, now: Date): Readonly<Record<string, unknown>> {
  return {
    accessor: token.accessor,
    creation_time: Math.floor(token.issuedAt.getTime() / 1000),
    creation_ttl: token.firstSeconds,
    display_name: token.displayName,
    entity_id: token.entityId,
    expire_time: token.expiresAt.toISOString(),
    explicit_max_ttl: 0,
    id: token.value,
    issue_time: token.issuedAt.toISOString(),
    meta: token.metadata,
    num_uses: 0,
    orphan: true,
    path: 'auth/cert/login',
    policies: token.policies,
    renewable: true,
    ttl: secondsUntil(token.expiresAt, now),
    type: 'service',
  };
}
