import type { ObservableReason } from '@zt/kit/authz';

/** `order.PlaceOrder`: a service and one of its methods. */
export type AnyMethod = `${string}.${string}`;

/** What a service may do with one of its tables. */
export type TableGrant = 'select' | 'insert' | 'update' | 'delete';

/**
 * Who calls a method: methods of other services (`order.PlaceOrder`), people at the entry point, or what follows from the
 * rest of the graph: the services with a call for a user to make, those behind the entry point that receive one, or all.
 */
export type CallersSource<Caller extends string = AnyMethod> =
  | readonly Caller[]
  | 'users'
  | 'whoever calls for users'
  | 'whoever is called for users'
  | 'every other service';

export interface MethodSource<Caller extends string = AnyMethod> {
  readonly callers: CallersSource<Caller>;
  /** On whose behalf. A method for nobody takes no token. */
  readonly for: 'user' | 'nobody';
  /** All of these are needed. */
  readonly scopes: readonly string[];
  readonly record: 'synced' | 'written';
}

export interface ServiceSource<Caller extends string = AnyMethod> {
  /** The gRPC service's full name, as in proto. */
  readonly api: string;
  readonly methods: Readonly<Record<string, MethodSource<Caller>>>;
  /** Besides its own name. */
  readonly dnsNames?: readonly string[];
  /** Of its database, which has the service's name. None: the service has no database. */
  readonly tables?: Readonly<Record<string, readonly TableGrant[]>>;
}

export interface AmountLimitSource<Method extends string = AnyMethod> {
  readonly methods: readonly Method[];
  readonly minorUnits: number;
  readonly role: string;
}

/** A graph as people write it. */
export interface GraphSource<Services extends ServicesShape = Readonly<Record<string, ServiceSource>>> {
  readonly trustDomain: string;
  /** The service that users talk to. */
  readonly entryPoint: keyof Services & string;
  readonly services: Readonly<Record<keyof Services & string, ServiceSource<MethodOf<Services>>>>;
  readonly otherWorkloads: Readonly<Record<string, { readonly dnsNames?: readonly string[] }>>;
  readonly amountLimits: readonly AmountLimitSource<MethodOf<Services>>[];
  readonly blockedUsers: readonly string[];
  readonly modes: Readonly<Partial<Record<ObservableReason, 'observe' | 'enforce'>>>;
}

/** As much of the services as their names and their methods' names. */
export type ServicesShape = Readonly<Record<string, { readonly methods: Readonly<Record<string, unknown>> }>>;

/** Every method of these services, as `order.PlaceOrder`. */
export type MethodOf<Services extends ServicesShape> = {
  [Name in keyof Services & string]: `${Name}.${keyof Services[Name]['methods'] & string}`;
}[keyof Services & string];
