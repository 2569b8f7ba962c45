import type { ServiceName } from '@zt/access-graph';
import type { World } from '../attempts/world.ts';
import { readRoles } from '../shop/users.ts';
import type { Hop, TokenWay } from './token-way.ts';

/** Brings users' tokens along their way, as the workloads on it would; what two ways have in common is walked once. */
export interface TokenCarrier {
  /** Throws where one of the exchanges is refused, in the words of the refusal. */
  bring(user: string, way: TokenWay): Promise<string>;
}

/** For tokens that are used at once: they live for a minute. */
export function createTokenCarrier(world: Pick<World, 'exchangeAs' | 'tokenOf'>, traceparent?: string): TokenCarrier {
  const brought = new Map<string, Promise<string>>();

  function exchange(subjectToken: string, { by, audience, scopes }: Hop): Promise<string> {
    return world.exchangeAs(by as ServiceName, subjectToken, audience as ServiceName, scopes, traceparent);
  }

  function bring(user: string, hops: readonly Hop[]): Promise<string> {
    const last = hops.at(-1);
    if (last === undefined) return world.tokenOf(user);
    const key = JSON.stringify([user, hops]);
    const known = brought.get(key) ?? bring(user, hops.slice(0, -1)).then((token) => exchange(token, last));
    brought.set(key, known);
    return known;
  }

  return { bring };
}

/** One of the stack's users who has one of these roles; the first of all where any will do. */
export async function userWith(roles: readonly string[], { usersFile }: World['stack']): Promise<string> {
  const users = Object.entries(await readRoles(usersFile));
  const [user] = users.find(([, own]) => roles.length === 0 || roles.some((role) => own.includes(role))) ?? [];
  if (user === undefined) throw new Error(`the stack has no user with the role ${roles.join(' or ')}`);
  return user;
}
