import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';

/** A source whose identity a test puts in by hand; null withdraws it. */
export interface FixedX509Source extends X509Source {
  set(snapshot: IdentitySnapshot | null): void;
}

export function createFixedX509Source(initial: IdentitySnapshot | null): FixedX509Source {
  let snapshot = initial;
  const listeners = new Set<() => void>();
  return {
    current() {
      if (snapshot === null) throw new ZeroTrustError('identity_unavailable', 'the test has withdrawn the identity');
      return snapshot;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      snapshot = next;
      for (const listener of [...listeners]) queueMicrotask(listener);
    },
  };
}
