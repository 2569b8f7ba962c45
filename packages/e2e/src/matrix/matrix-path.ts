import type { Verdict } from '../attempts/attempt.ts';
import type { TokenWay } from './token-way.ts';

/** What a call comes with, besides the identity of whoever calls. */
export type Credential =
  | { readonly kind: 'nothing' }
  /** A token in the caller's own name. */
  | { readonly kind: 'own token' }
  /** A user's: one who has one of these roles, or anybody where there are none. */
  | { readonly kind: 'token of a user'; readonly way: TokenWay | null; readonly roles: readonly string[] }
  /** The token that a user has from logging in, or what a third party signs. */
  | { readonly kind: 'of the caller'; readonly roles: readonly string[] };

/** Where a method is served: to workloads over gRPC, to people and to third parties over HTTPS. */
export type Door = 'workloads' | 'users' | 'third party';

/** One call of the access matrix, allowed or blocked. */
export interface MatrixPath {
  readonly id: string;
  readonly title: string;
  /** A workload, `user`, or the name of a third party. */
  readonly from: string;
  readonly to: string;
  /** The full name. */
  readonly method: string;
  readonly door: Door;
  readonly isEdge: boolean;
  readonly credential: Credential;
  /** Whether the request says what for. */
  readonly purpose: boolean;
  /** Reasons that hang on the moment, the place or the amount, and say nothing about the edge. */
  readonly circumstances: readonly string[];
  /** A service that asks itself whether it is well leaves a record only where it is refused. */
  readonly leavesNoRecord: boolean;
  readonly expected: Verdict;
}
