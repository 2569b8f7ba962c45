import type { ObservableReason, OnBehalfOf } from '@zt/kit/authz';
import type { HoursSource, RateLimitSource, TableGrant, UserLimitSource } from './graph-source.ts';

/** A checked graph, with everything said in full. `Name` is the union of its workloads' names, `Service` of its services'. */
export interface AccessGraph<Name extends string = string, Service extends Name = Name> {
  readonly trustDomain: string;
  readonly entryPoint: Service;
  readonly services: readonly GraphService<Name, Service>[];
  /** Those of the services and all others. */
  readonly workloads: readonly GraphWorkload<Name>[];
  readonly thirdParties: readonly string[];
}

export interface GraphWorkload<Name extends string = string> {
  readonly name: Name;
  /** Its own name first: SPIRE makes the first one the certificate's common name. */
  readonly dnsNames: readonly string[];
}

export interface GraphService<Name extends string = string, Service extends Name = Name> {
  readonly name: Service;
  /** What it is there for, in one sentence. */
  readonly about: string;
  readonly methods: readonly GraphMethod<Name>[];
  /** Null: it has no database. */
  readonly tables: readonly GraphTable[] | null;
  /** Third parties that it calls with an API key. */
  readonly apiKeysOf: readonly string[];
}

export interface GraphTable {
  readonly name: string;
  readonly grants: readonly TableGrant[];
}

export interface GraphMethod<Name extends string = string> {
  /** `/order.v1.OrderService/PlaceOrder` */
  readonly fullName: string;
  /** `order.PlaceOrder` */
  readonly shortName: string;
  readonly callers: GraphCallers<Name>;
  /** The callers as they are listed, `order.PlaceOrder` or `operator`; none where they follow from the rest of the graph. */
  readonly calledFrom: readonly string[];
  readonly onBehalfOf: OnBehalfOf;
  readonly scopes: readonly string[];
  /** Its own scopes, and those of every method that it calls for a user in turn. */
  readonly tokenScopes: readonly string[];
  readonly record: 'synced' | 'written';
  readonly amountLimit: { readonly minorUnits: number; readonly role: string } | null;
  /** Any of these is needed; null where none is. */
  readonly roles: readonly string[] | null;
  readonly purpose: boolean;
  readonly hours: HoursSource | null;
  readonly networks: readonly string[] | null;
  readonly rateLimit: RateLimitSource | null;
  readonly distinctUsers: UserLimitSource | null;
  readonly observe: readonly ObservableReason[];
}

export type GraphCallers<Name extends string = string> =
  | { readonly kind: 'users' }
  | { readonly kind: 'third party'; readonly name: string }
  | { readonly kind: 'workloads'; readonly names: readonly Name[] };
