import type { Reason } from '../errors.ts';

/**
 * What the ledger keeps of one decision, of one handshake that was refused, or of a policy bundle that a service took or
 * refused. It holds no token, key or request body.
 */
export interface DecisionRecord {
  readonly version: 1;
  readonly kind: 'call' | 'handshake' | 'bundle';
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly decisionId: string;
  /** W3C trace id, 32 hexadecimal digits: the same at every hop of one request. Empty where it is no call. */
  readonly traceId: string;
  /** The SPIFFE ID of the service that decided, and the certificate it served with. */
  readonly service: string;
  readonly serviceCertificate: CertificateRecord | null;
  /** `/order.v1.OrderService/PlaceOrder`; empty where it is no call. */
  readonly method: string;
  readonly allowed: boolean;
  /** All that apply; empty where allowed. */
  readonly reasons: readonly Reason[];
  /** What observing rules would have refused. */
  readonly observed: readonly string[];
  /** The rule that decided. */
  readonly rule: string;
  readonly policyRevision: string;
  /** The workload at the other end, as far as it is known; of a bundle, who signed it. */
  readonly peer: PeerRecord | null;
  readonly token: TokenRecord | null;
  /** Host and port at the other end. */
  readonly address: string;
  readonly userAgent: string;
  /** What the call was about, such as `{ order: '…' }` or the amount: identifiers and numbers that policy saw. */
  readonly resource: Readonly<Record<string, string | number>>;
  /**
   * What policy saw besides all of this, so that the decision can be made again. Null for a handshake, and for what was
   * refused inside an allowed call's handler; left out in records that were made before it was kept.
   */
  readonly policyInput?: PolicyInputRecord | null;
  readonly database: DatabaseRecord | null;
  /** Milliseconds from the arrival of the call or the connection to this decision; null where the peer was gone already. */
  readonly durationMs: number | null;
  /** For the operator: how the check that failed puts it. Empty where allowed. */
  readonly detail: string;
}

export interface CertificateRecord {
  readonly serialNumber: string;
  /** RFC 3339. */
  readonly notAfter: string;
}

export interface PeerRecord extends CertificateRecord {
  readonly spiffeId: string;
}

export interface TokenRecord {
  readonly id: string;
  readonly subject: string;
  readonly audience: string;
  /** SPIFFE IDs, the one that acts now first. */
  readonly chain: readonly string[];
  readonly scopes: readonly string[];
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** As in `PolicyInput`, of which the rest stands in the record itself. */
export interface PolicyInputRecord {
  /** Of the token, next to its scopes: which of them a rule asks for is known only once it is written. */
  readonly roles: readonly string[];
  readonly blocked: boolean;
  readonly callsInWindow: number | null;
  readonly usersInWindow: number | null;
}

export interface DatabaseRecord {
  readonly login: string;
  readonly leaseId: string;
  /** RFC 3339. */
  readonly leaseEndsAt: string;
}
