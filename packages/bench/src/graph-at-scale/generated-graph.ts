import type { GraphSource } from '@zt/access-graph';

type ServiceSource = GraphSource['services'][string];
type MethodSource = ServiceSource['methods'][string];

/** As many services as the shop has, or 500. */
const sizes = { small: { tiers: 2, inTier: 1 }, big: { tiers: 8, inTier: 62 } };
const methodsOfService = 6;
const callersOfService = 11;
/** Services are grouped as teams group them; a scope is for an area, since a token names each one that its call may need. */
const areas = 25;

/**
 * A graph of 500 services with about 5,000 edges: a gateway, eight tiers in which each service is called from the tier above
 * and from others further up, and an identity and an audit whose callers follow from the rest. The same at every call.
 */
export function generatedGraph(size: keyof typeof sizes): GraphSource {
  const { tiers, inTier } = sizes[size];
  const random = repeatable();
  const names = Array.from({ length: tiers }, (_, tier) =>
    Array.from({ length: inTier }, (_, index) => `service-${tier + 1}-${index + 1}`),
  );
  const services = names.flatMap((ofTier, tier) =>
    ofTier.map((name, index) => [name, service(name, index, callersFor(names.slice(0, tier), random))] as const),
  );
  return {
    trustDomain: 'big.example',
    entryPoint: 'gateway',
    services: { gateway, ...Object.fromEntries(services), identity, audit, mail: leaf('mail', `service-${tiers}-1`) },
    otherWorkloads: { postgres: {}, vault: {}, 'trust-updater': {}, operator: {} },
    thirdParties: ['bank', 'carrier'],
    amountLimits: [{ methods: ['service-1-1.Do1', 'service-2-1.Do1'], minorUnits: 10_000_00, role: 'finance' }],
  };
}

const about = 'One of many.';

const gateway: ServiceSource = {
  about,
  api: 'gateway',
  methods: Object.fromEntries(methodNames().map((name) => [name, { ...forUser(0), callers: 'users' }])),
};

const identity: ServiceSource = {
  about,
  api: 'identity.v1.TokenExchangeService',
  methods: {
    ExchangeToken: forNobody('whoever calls for users'),
    IssueWorkloadToken: forNobody('whoever calls for itself'),
    GetSigningKeys: forNobody('whoever takes what identity signs'),
    WatchSessions: forNobody('whoever serves users'),
  },
  tables: { users: ['select'] },
};

const audit: ServiceSource = {
  about,
  api: 'audit.v1.AuditService',
  methods: { RecordDecisions: forNobody('every other service') },
  tables: { decisions: ['select', 'insert'] },
};

function service(name: string, index: number, callers: readonly string[]): ServiceSource {
  const methods = methodNames().map((method, position): [string, MethodSource] => {
    const from = callers.filter(
      (_, at) => at % methodsOfService === position || (at + 1) % methodsOfService === position,
    );
    return [
      method,
      {
        ...forUser(index % areas),
        ...(position === methodsOfService - 1 ? { for: 'user or workload' } : {}),
        callers: callers.length === 1 ? callers : from,
      },
    ];
  });
  return {
    about,
    api: `${name.replaceAll('-', '_')}.v1.Service`,
    methods: Object.fromEntries(methods),
    tables: { items: ['select', 'insert', 'update'], lines: ['select', 'insert'] },
    ...(index === 0 ? { apiKeysOf: ['bank'] } : {}),
  };
}

/** Called by one service for itself. */
function leaf(name: string, caller: string): ServiceSource {
  const send: MethodSource = { callers: [`${caller}.Do1`], for: 'workload', scopes: ['mails:send'], record: 'synced' };
  return { about, api: `${name}.v1.Service`, methods: { Send: send } };
}

/** Methods of different services: one of the tier above, the others anywhere above; the gateway for the first tier. */
function callersFor(above: readonly (readonly string[])[], random: (below: number) => number): string[] {
  const nearest = above.at(-1);
  if (nearest === undefined) return ['gateway.Do1'];
  const all = above.flat();
  const chosen = new Set([nearest[random(nearest.length)] ?? '']);
  while (chosen.size < Math.min(callersOfService, all.length)) chosen.add(all[random(all.length)] ?? '');
  return [...chosen].map((name, position) => `${name}.${methodNames()[position % methodsOfService]}`);
}

function methodNames(): string[] {
  return Array.from({ length: methodsOfService }, (_, index) => `Do${index + 1}`);
}

function forUser(area: number): Pick<MethodSource, 'for' | 'scopes' | 'record'> {
  return { for: 'user', scopes: [`area${String.fromCharCode(97 + area)}:use`], record: 'synced' };
}

function forNobody(callers: MethodSource['callers']): MethodSource {
  return { callers, for: 'nobody', scopes: [], record: 'written' };
}

/** Numbers that look random and are the same in every run (a linear congruential generator). */
function repeatable(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
