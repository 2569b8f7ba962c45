import type { ObservableReason, OnBehalfOf } from '@zt/kit/authz';

/** `order.PlaceOrder`: a service and one of its methods. */
export type AnyMethod = `${string}.${string}`;

/** What a service may do with one of its tables. */
export type TableGrant = 'select' | 'insert' | 'update' | 'delete';

/**
 * Who calls a method: methods of other services (`order.PlaceOrder`), other workloads by their name (`operator`), people
 * at the entry point, a third party at a door of its own, or what follows from the rest of the graph, as `Following` has it.
 */
export type CallersSource<Caller extends string = string, ThirdParty extends string = string> =
  | readonly Caller[]
  | 'users'
  | { readonly thirdParty: ThirdParty }
  | Following;

/**
 * Callers that nobody has to list: the services with a call for a user to make; the workloads with a call in their own
 * name to make; the services that get other workloads' tokens, and the entry point, which hears from identity who counts no
 * more; those that get users' tokens, the entry point among them.
 */
export type Following =
  | 'whoever calls for users'
  | 'whoever calls for itself'
  | 'whoever takes what identity signs'
  | 'whoever serves users'
  | 'every other service';

export interface MethodSource<Caller extends string = string, ThirdParty extends string = string> {
  readonly callers: CallersSource<Caller, ThirdParty>;
  /** On whose behalf. A method for nobody takes no token. */
  readonly for: OnBehalfOf;
  /** All of these are needed. */
  readonly scopes: readonly string[];
  readonly record: 'synced' | 'written';
  /** The gRPC service's full name where the method is not of the service's own API. */
  readonly api?: string;
  /** The user needs any of these. */
  readonly roles?: readonly string[];
  /** The request has to say what for, in 4 to 128 characters that the ledger keeps. */
  readonly purpose?: true;
  /** UTC, from this minute on and up to that one; past midnight where `until` is the earlier. */
  readonly hours?: HoursSource;
  /** CIDR: the source address has to be in one of them. This only narrows; it makes up for nothing else. */
  readonly networks?: readonly string[];
  /** For each caller, which is a peer and a user together. */
  readonly rateLimit?: RateLimitSource;
  /** For each calling workload, whoever's tokens it holds: how many users it may come for. */
  readonly distinctUsers?: UserLimitSource;
  /** Reasons that are recorded and don't refuse, such as `amount_over_limit`. */
  readonly observe?: readonly ObservableReason[];
}

export interface HoursSource {
  readonly from: string;
  readonly until: string;
}

export interface RateLimitSource {
  readonly calls: number;
  readonly seconds: number;
}

/** At most so many users in any so many seconds. */
export interface UserLimitSource {
  readonly users: number;
  readonly seconds: number;
}

export interface ServiceSource<Caller extends string = string, ThirdParty extends string = string> {
  /** What it is there for: one sentence of one line, for people. */
  readonly about: string;
  /** The gRPC service's full name, as in proto. */
  readonly api: string;
  readonly methods: Readonly<Record<string, MethodSource<Caller, ThirdParty>>>;
  /** Besides its own name. */
  readonly dnsNames?: readonly string[];
  /** Of its database, which has the service's name. None: the service has no database. */
  readonly tables?: Readonly<Record<string, readonly TableGrant[]>>;
  /** Third parties that it calls with an API key, which is in Vault. */
  readonly apiKeysOf?: readonly ThirdParty[];
}

export interface AmountLimitSource<Method extends string = AnyMethod> {
  readonly methods: readonly Method[];
  readonly minorUnits: number;
  readonly role: string;
}

/** A graph as people write it. */
export interface GraphSource<
  Services extends ServicesShape = Readonly<Record<string, ServiceSource>>,
  Other extends string = string,
  ThirdParty extends string = string,
> {
  readonly trustDomain: string;
  /** The service that users talk to. */
  readonly entryPoint: keyof Services & string;
  readonly services: Readonly<Record<keyof Services & string, ServiceSource<MethodOf<Services> | Other, ThirdParty>>>;
  readonly otherWorkloads: Readonly<Record<string, { readonly dnsNames?: readonly string[] }>>;
  /** Who has no identity of this system and signs what it sends. */
  readonly thirdParties: readonly ThirdParty[];
  readonly amountLimits: readonly AmountLimitSource<MethodOf<Services>>[];
}

/** As much of the services as their names and their methods' names. */
export type ServicesShape = Readonly<Record<string, { readonly methods: Readonly<Record<string, unknown>> }>>;

/** Every method of these services, as `order.PlaceOrder`. */
export type MethodOf<Services extends ServicesShape> = {
  [Name in keyof Services & string]: `${Name}.${keyof Services[Name]['methods'] & string}`;
}[keyof Services & string];
