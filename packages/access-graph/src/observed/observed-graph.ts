import type { EdgeCaller } from './declared-edges.ts';
import type { SeenCaller } from './seen-caller.ts';
import type { Tally } from './tally.ts';

/** What decisions say of a graph: which of its edges were used, and what was called or tried besides. */
export interface ObservedGraph {
  /** How many decisions were read, and the times of the first and the last of them, RFC 3339. */
  readonly decisions: number;
  readonly first: string | null;
  readonly last: string | null;
  /** Every edge that the graph declares, in its order. */
  readonly edges: readonly ObservedEdge[];
  /** What was called or tried that it does not declare, the allowed ones first. */
  readonly undeclared: readonly UndeclaredCall[];
  /** Who was refused before any call was made. */
  readonly handshakes: readonly RefusedHandshakes[];
  /** Decisions about undeclared calls that are in none of the rows above, since those had become too many. */
  readonly leftOut: number;
}

export interface ObservedEdge extends Tally {
  readonly caller: EdgeCaller;
  /** `payment/AuthorizePayment` */
  readonly method: string;
  /** Where the graph names methods of the caller: how many of the allowed calls came from each of them. */
  readonly from: readonly CallsFrom[];
}

/**
 * Calls that came from one of the caller's methods, as far as the trace shows it: a record of that method, allowed, in the
 * same request. Calls outside of any request, or in one with several of the methods, come from null.
 */
export interface CallsFrom {
  /** `order/PlaceOrder` */
  readonly method: string | null;
  readonly allowed: number;
}

export interface UndeclaredCall extends Tally {
  readonly caller: SeenCaller;
  /** The service that decided, by its name, or its SPIFFE ID where the graph has none such. */
  readonly service: string;
  /** `payment/AuthorizePayment`, or the full name where the graph has none such. */
  readonly method: string;
}

export interface RefusedHandshakes extends Tally {
  /** As it claimed to be, verified or not. */
  readonly caller: SeenCaller;
  readonly service: string;
}
