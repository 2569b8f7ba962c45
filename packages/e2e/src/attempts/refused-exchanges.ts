import type { ServiceName } from '@zt/access-graph';
import type { Job } from '../probe/job.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOf, only } from './evidence.ts';
import type { World } from './world.ts';

const method = '/identity.v1.TokenExchangeService/ExchangeToken';

interface ExchangeFault {
  readonly id: string;
  readonly title: string;
  readonly from: ServiceName;
  readonly fault: string;
  readonly code: string;
  readonly reasons: readonly string[];
  readonly audience: ServiceName;
  readonly scopes: readonly string[];
  readonly subjectToken: (world: World) => Promise<string>;
}

const userToken = (world: World): Promise<string> => world.tokenOf('alice');

const faults: readonly ExchangeFault[] = [
  {
    id: 'exchange/no-edge',
    title: 'gateway asks for a token for payment, which only order may call',
    from: 'gateway',
    fault: 'no edge in the access graph',
    code: 'PERMISSION_DENIED',
    reasons: ['caller_not_allowed'],
    audience: 'payment',
    scopes: ['payments:write'],
    subjectToken: userToken,
  },
  {
    id: 'exchange/straight-from-the-provider',
    title: "order exchanges alice's own access token, which only gateway may",
    from: 'order',
    fault: 'subject token of another type',
    code: 'UNAUTHENTICATED',
    reasons: ['token_type_wrong'],
    audience: 'payment',
    scopes: ['payments:write'],
    subjectToken: userToken,
  },
  {
    id: 'exchange/not-the-audience',
    title: 'order exchanges the token that it got for inventory',
    from: 'order',
    fault: 'subject token for another audience',
    code: 'UNAUTHENTICATED',
    reasons: ['token_audience_wrong'],
    audience: 'inventory',
    scopes: ['inventory:write'],
    subjectToken: async (world) => {
      const forOrder = await world.exchangeAs('gateway', await userToken(world), 'order', ['inventory:write']);
      return await world.exchangeAs('order', forOrder, 'inventory', ['inventory:write']);
    },
  },
  {
    id: 'exchange/wider-scope',
    title: 'order asks for more than the token that it got may do',
    from: 'order',
    fault: 'widened scope',
    code: 'PERMISSION_DENIED',
    reasons: ['scope_missing'],
    audience: 'payment',
    scopes: ['payments:write'],
    subjectToken: async (world) => await world.exchangeAs('gateway', await userToken(world), 'order', ['orders:write']),
  },
  {
    id: 'exchange/scope-of-another-edge',
    title: 'gateway asks for a token for inventory that is good for what only order needs one for',
    from: 'gateway',
    fault: 'scope that the edge does not need',
    code: 'PERMISSION_DENIED',
    reasons: ['scope_missing'],
    audience: 'inventory',
    scopes: ['orders:read'],
    subjectToken: userToken,
  },
];

type OwnTokenFault = Omit<ExchangeFault, 'subjectToken'>;

const ownTokenFaults: readonly OwnTokenFault[] = [
  {
    id: 'exchange/own-token-no-edge',
    title: 'payment asks for a token in its own name for inventory, which it never calls',
    from: 'payment',
    fault: 'no edge in the access graph',
    code: 'PERMISSION_DENIED',
    reasons: ['caller_not_allowed'],
    audience: 'inventory',
    scopes: ['inventory:write'],
  },
  {
    id: 'exchange/own-token-wider-scope',
    title: 'payment asks for a token in its own name for order that is good for more than settlements',
    from: 'payment',
    fault: 'widened scope',
    code: 'PERMISSION_DENIED',
    reasons: ['scope_missing'],
    audience: 'order',
    scopes: ['orders:write'],
  },
];

function refusedExchange(fault: ExchangeFault): Attempt {
  return attemptOf(fault, method, async (world, { audience, scopes }) => ({
    kind: 'exchange',
    address: world.stack.addresses.identity,
    server: world.spiffeId('identity'),
    subjectToken: await fault.subjectToken(world),
    audience: world.spiffeId(audience),
    scopes: [...scopes],
  }));
}

function refusedOwnToken(fault: OwnTokenFault): Attempt {
  const ownMethod = '/identity.v1.TokenExchangeService/IssueWorkloadToken';
  return attemptOf(fault, ownMethod, async (world, { audience, scopes }) => ({
    kind: 'call',
    method: ownMethod,
    address: world.stack.addresses.identity,
    server: world.spiffeId('identity'),
    token: null,
    request: { audience: world.spiffeId(audience), scopes },
  }));
}

function attemptOf<Fault extends OwnTokenFault>(
  fault: Fault,
  tried: string,
  jobOf: (world: World, fault: Fault) => Promise<Job>,
): Attempt {
  const { id, title, from, code, reasons } = fault;
  return {
    id,
    title,
    from,
    to: 'identity',
    method: tried,
    fault: fault.fault,
    expected: { code, reasons },
    async run(world) {
      const startedAt = new Date().toISOString();
      const result = await world.runAs(from, [await jobOf(world, fault)]);
      const record = await world.ledger.find(
        'identity',
        (found) =>
          found.method === tried &&
          !found.allowed &&
          found.time >= startedAt &&
          found.peer?.spiffeId === world.spiffeId(from),
      );
      return evidenceOf(only(result), 'identity', record);
    },
  };
}

/** The token exchange follows the access graph, takes a token only from whom it is for, and never widens it. */
export const refusedExchanges: readonly Attempt[] = [
  ...faults.map(refusedExchange),
  ...ownTokenFaults.map(refusedOwnToken),
];
