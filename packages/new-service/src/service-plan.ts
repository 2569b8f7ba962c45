import type { ContractMessage } from './contract-methods.ts';
import type { NameForms } from './name-forms.ts';

/** All that is decided about a new service before anything is written. */
export interface ServicePlan {
  readonly names: NameForms;
  /** `Keeps each user's own shippings.` */
  readonly about: string;
  readonly database: boolean;
  /** The one that calls others comes first. */
  readonly methods: readonly PlannedMethod[];
  readonly callees: readonly Callee[];
  /** Callers of any of its methods, each once. */
  readonly callers: readonly string[];
  /** A workload that may not call its first method. */
  readonly stranger: string;
  /** What was chosen because nobody had said it, in sentences. */
  readonly choices: readonly string[];
}

export interface PlannedMethod {
  /** `CreateShipping` */
  readonly name: string;
  /** `order.PlaceOrder` */
  readonly callers: readonly string[];
  /** `shipping:write` */
  readonly scope: string;
  readonly record: 'synced' | 'written';
}

/** A method of another service that the new one calls. */
export interface Callee {
  /** `inventory` */
  readonly service: string;
  /** `GetStock` */
  readonly method: string;
  /** `/inventory.v1.InventoryService/GetStock` */
  readonly fullName: string;
  /** How `Downstream` calls the client: `inventory`. */
  readonly client: string;
  /** `getStock` */
  readonly call: string;
  readonly request: ImportedMessage;
  readonly response: ImportedMessage;
  /** Of the messages that hold its request and its answer: `get_stock`, and `getStock` in code. */
  readonly field: { readonly snake: string; readonly camel: string };
}

export interface ImportedMessage extends ContractMessage {
  /** `@zt/proto/inventory` */
  readonly contract: string;
}

/** The service's own gRPC service among the callee's definitions: `InventoryServiceService` of `@zt/proto/inventory`. */
export function definitionOf({ fullName }: Pick<Callee, 'fullName'>): {
  readonly name: string;
  readonly contract: string;
} {
  const [, api = ''] = fullName.split('/');
  const words = api.split('.');
  return { name: `${words.at(-1)}Service`, contract: `@zt/proto/${words[0]}` };
}

/** `order` of `order.PlaceOrder`. */
export function serviceOf(method: string): string {
  return method.split('.', 1)[0] ?? method;
}

/** The callees of one service together, in the order of the plan. */
export function calleesByService({ callees }: Pick<ServicePlan, 'callees'>): ReadonlyMap<string, readonly Callee[]> {
  return Map.groupBy(callees, ({ service }) => service);
}
