import type { GraphSource, TableGrant } from './graph-source.ts';

/** A checked graph, with everything said in full. `Name` is the union of its workloads' names. */
export interface AccessGraph<Name extends string = string> {
  readonly trustDomain: string;
  readonly entryPoint: Name;
  readonly services: readonly GraphService<Name>[];
  /** Those of the services and all others. */
  readonly workloads: readonly GraphWorkload<Name>[];
  readonly blockedUsers: readonly string[];
  readonly modes: GraphSource['modes'];
}

export interface GraphWorkload<Name extends string = string> {
  readonly name: Name;
  /** Its own name first: SPIRE makes the first one the certificate's common name. */
  readonly dnsNames: readonly string[];
}

export interface GraphService<Name extends string = string> {
  readonly name: Name;
  readonly methods: readonly GraphMethod<Name>[];
  /** Null: it has no database. */
  readonly tables: readonly GraphTable[] | null;
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
  readonly onBehalfOf: 'user' | 'nobody';
  readonly scopes: readonly string[];
  /** Its own scopes, and those of every method that it calls in turn. */
  readonly tokenScopes: readonly string[];
  readonly record: 'synced' | 'written';
  readonly amountLimit: { readonly minorUnits: number; readonly role: string } | null;
}

export type GraphCallers<Name extends string = string> =
  | { readonly kind: 'users' }
  | { readonly kind: 'services'; readonly names: readonly Name[] };
