import type { IdentitySnapshot } from './identity-snapshot.ts';

/** Gives the identity in force. What needs one takes this, and does not know where it comes from. */
export interface X509Source {
  /** The identity in force. Throws `identity_unavailable` where there is none: withdrawn, expired, closed. */
  current(): IdentitySnapshot;
  /** Calls the listener, never before this returns, after each change; also when the identity is withdrawn. Returns what ends that. */
  onChange(listener: () => void): () => void;
}
