import { chainStart, hashOfLine } from '@zt/kit/audit';
import type { X509Svid } from '@zt/kit/identity';
import { CompactSign, decodeJwt } from 'jose';

/** Where one chain ends. */
export interface ChainHead {
  readonly writer: string;
  readonly spool: string;
  readonly sequence: number;
  readonly hash: string;
}

/** Records that the ledger lacks: from the first to the last, both missing. */
export interface ChainGap {
  readonly writer: string;
  readonly spool: string;
  readonly first: number;
  readonly last: number;
}

/** What is signed: where every chain ended at one moment, and what is known to be missing. */
export interface Checkpoint {
  readonly version: 1;
  /** From 1 on, without a gap. */
  readonly number: number;
  /** RFC 3339. */
  readonly time: string;
  /** SHA-256 of the checkpoint before, as it is signed; 64 zeros for the first. */
  readonly previous: string;
  readonly heads: readonly ChainHead[];
  readonly gaps: readonly ChainGap[];
}

/** The checkpoint that follows; null where nothing has been added since the last one. */
export function nextCheckpoint(
  last: string | null,
  { heads, gaps }: Pick<Checkpoint, 'heads' | 'gaps'>,
  now: Date,
): Checkpoint | null {
  const before = last === null ? null : (decodeJwt(last) as unknown as Checkpoint);
  if (heads.length === 0 || JSON.stringify(before?.heads) === JSON.stringify(heads)) return null;
  const previous = last === null ? chainStart : hashOfLine(last);
  return { version: 1, number: (before?.number ?? 0) + 1, time: now.toISOString(), previous, heads, gaps };
}

/**
 * Signs with the key of the service's own SVID, and adds its certificates (RFC 7515, section 4.1.6): who has the trust
 * bundle can verify it offline and for as long as it likes, though the SVID itself ends soon.
 */
export async function signCheckpoint(checkpoint: Checkpoint, svid: X509Svid): Promise<string> {
  return await new CompactSign(new TextEncoder().encode(JSON.stringify(checkpoint)))
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'checkpoint+jws',
      x5c: svid.certificates.map(({ raw }) => raw.toString('base64')),
    })
    .sign(svid.privateKey);
}
