import type { Reason } from '@zt/kit/errors';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import type { Forger } from './forger.ts';
import type { ShownCertificate } from './shown-certificate.ts';
import type { TokenParts } from './token-parts.ts';

/** What a token is forged from: a good one for this very call, and whatever a thief could know or steal. */
export interface TokenGround {
  readonly path: MatrixPath;
  /** Nothing but the fault keeps it from getting through. */
  readonly token: string;
  readonly parts: TokenParts;
  readonly forger: Forger;
}

/** What a call is sent with, in place of a good token. */
export interface SentCredential {
  readonly token: string | null;
  /** Besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Fault {
  /** The last part of the path's id. */
  readonly id: string;
  /** Ends a sentence that begins with who calls whom. */
  readonly title: string;
  readonly reason: Reason;
  /** Whether it can be tried on this path; on all unless it says otherwise. */
  readonly fits?: (path: MatrixPath) => boolean;
}

/** A certificate that must not get a connection: all else about the call is good. */
export interface PeerFault extends Fault {
  readonly at: 'handshake';
  readonly show: (path: MatrixPath, forger: Forger) => Promise<ShownCertificate>;
  /** Sent besides. */
  readonly headers?: (path: MatrixPath, forger: Forger) => Readonly<Record<string, string>>;
}

/** A token that must not get a call through: the connection is the caller's own, with its good SVID. */
export interface TokenFault extends Fault {
  readonly at: 'token';
  /** True where the token itself is good, and only what it says does not suffice: then policy has roles to look at. */
  readonly verifies?: boolean;
  readonly forge: (ground: TokenGround) => string | SentCredential | Promise<string | SentCredential>;
}

/** Nothing is wrong: what gets through shows that each fault alone is what keeps the others from it. */
export interface NoFault extends Omit<Fault, 'reason'> {
  readonly at: 'nothing';
}

export type BypassFault = PeerFault | TokenFault | NoFault;

/** One fault on one allowed path. */
export interface BypassPath {
  readonly id: string;
  readonly title: string;
  readonly path: MatrixPath;
  readonly fault: BypassFault;
  readonly expected: { readonly code: string; readonly reasons: readonly string[] };
}
