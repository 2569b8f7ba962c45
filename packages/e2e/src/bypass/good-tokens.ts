import { accessGraph, type ServiceName } from '@zt/access-graph';
import type { World } from '../attempts/world.ts';
import { type Caller, callers } from '../caller.ts';
import { accessMatrix } from '../matrix/access-matrix.ts';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import { signedNotice } from '../matrix/open-door.ts';
import type { TokenWay } from '../matrix/token-way.ts';
import { createTokenCarrier, type TokenCarrier, userWith } from '../matrix/users-token.ts';

/** The tokens that workloads and users really get, for calls along the edges of the access graph. */
export interface GoodTokens {
  /** The one for this call; null where it takes none. */
  of(path: MatrixPath): Promise<string | null>;
  /** What the caller came to have its token from: of its own caller, or the login's. Null where nobody gave it one. */
  before(path: MatrixPath): Promise<string | null>;
}

/** Well below the minute for which a token of the exchange counts. */
const usedForMs = 25_000;

export const goodPaths: readonly MatrixPath[] = accessMatrix(accessGraph, callers).filter(({ isEdge }) => isEdge);

export function createGoodTokens(world: World): GoodTokens {
  const own = new Map<string, { readonly token: Promise<string>; readonly at: number }>();
  let carrier: { readonly carrier: TokenCarrier; readonly at: number } | undefined;

  async function bring(way: readonly TokenWay[number][], roles: readonly string[]): Promise<string> {
    const user = await userWith(roles, world.stack);
    const [first, ...others] = way;
    if (first === undefined) return await world.tokenOf(user);
    if (carrier === undefined || performance.now() - carrier.at > usedForMs)
      carrier = { carrier: createTokenCarrier(world), at: performance.now() };
    return await carrier.carrier.bring(user, [first, ...others]);
  }

  function ownToken(from: string, to: string): Promise<string> {
    const key = `${from} ${to}`;
    const known = own.get(key);
    if (known !== undefined && performance.now() - known.at < usedForMs) return known.token;
    const token = world.ownTokenOf(from as Caller, to as ServiceName);
    own.set(key, { token, at: performance.now() });
    return token;
  }

  return {
    async of(path) {
      const { from, to, door, credential } = path;
      switch (credential.kind) {
        case 'nothing':
          return null;
        case 'own token':
          return await ownToken(from, to);
        case 'token of a user':
          if (credential.way === null) throw new Error(`no request of a user leads to ${path.id}`);
          return await bring(credential.way, credential.roles);
        case 'of the caller':
          return door === 'third party' ? await signedNotice(world, from) : await bring([], credential.roles);
      }
    },
    async before({ credential }) {
      if (credential.kind !== 'token of a user' || credential.way === null) return null;
      return await bring(credential.way.slice(0, -1), credential.roles);
    },
  };
}
