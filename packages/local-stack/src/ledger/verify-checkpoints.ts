import { X509Certificate } from 'node:crypto';
import { chainStart, hashOfLine } from '@zt/kit/audit';
import { spiffeIdOfLeaf, type TrustBundle } from '@zt/kit/identity';
import { verifyPeer } from '@zt/kit/mtls';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { messageOf } from '../error-message.ts';
import { LedgerFaultError } from './ledger-fault.ts';

const gap = z.object({ writer: z.string(), spool: z.string(), first: z.int().min(1), last: z.int().min(1) });
/** Records of a chain that the ledger says it lacks: from the first to the last. */
export type LedgerGap = z.infer<typeof gap>;

const checkpoint = z.object({
  version: z.literal(1),
  number: z.int().min(1),
  time: z.iso.datetime(),
  previous: z.string(),
  heads: z.array(z.object({ writer: z.string(), spool: z.string(), sequence: z.int().min(1), hash: z.string() })),
  gaps: z.array(gap).default([]),
});
export type VerifiedCheckpoint = z.infer<typeof checkpoint>;

/** Who signs checkpoints, and the authorities that vouch for it. */
export interface CheckpointTrust {
  readonly signer: string;
  readonly bundle: TrustBundle;
}

/**
 * Verifies that checkpoints follow each other and are signed by the ledger's service. The bundle has to vouch for the
 * last one's certificate; that one names the one before, and so all of them: authorities of long ago are not needed.
 * Throws a `LedgerFaultError` for the first that is wrong.
 */
export async function verifyCheckpoints(
  statements: readonly string[],
  trust: CheckpointTrust,
): Promise<VerifiedCheckpoint[]> {
  const verified: VerifiedCheckpoint[] = [];
  for (const [index, statement] of statements.entries()) {
    const number = index + 1;
    const isLast = number === statements.length;
    const found = await verifySignature(statement, number, isLast ? trust : { ...trust, bundle: null });
    const before = statements[index - 1];
    if (found.number !== number) throw fault(number, `checkpoint ${found.number} stands in its place`);
    if (found.previous !== (before === undefined ? chainStart : hashOfLine(before))) {
      throw fault(number, 'it does not follow the one before it');
    }
    requireGrowth(verified.at(-1), found);
    requireNeverKept(verified.at(-1), found);
    verified.push(found);
  }
  return verified;
}

async function verifySignature(
  statement: string,
  number: number,
  { signer, bundle }: { readonly signer: string; readonly bundle: TrustBundle | null },
): Promise<VerifiedCheckpoint> {
  try {
    const { x5c = [], typ } = decodeProtectedHeader(statement);
    const chain = x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
    const [leaf] = chain;
    if (leaf === undefined || typ !== 'checkpoint+jws') throw new TypeError('it is no signed checkpoint');
    const { payload } = await compactVerify(statement, leaf.publicKey, { algorithms: ['ES256'] });
    const found = checkpoint.parse(JSON.parse(new TextDecoder().decode(payload)));
    const { uri } = spiffeIdOfLeaf(leaf);
    if (uri !== signer) throw new TypeError(`it is signed by ${uri}`);
    const at = new Date(found.time);
    if (at < leaf.validFromDate || at >= leaf.validToDate) throw new TypeError('its certificate was not valid then');
    if (bundle !== null) verifyPeer(chain, new Map([[bundle.trustDomain, bundle]]), at);
    return found;
  } catch (error) {
    throw fault(number, error instanceof z.ZodError ? 'it cannot be read' : messageOf(error));
  }
}

/** A ledger only grows: what one checkpoint says is there is there in the next. */
function requireGrowth(before: VerifiedCheckpoint | undefined, after: VerifiedCheckpoint): void {
  for (const head of before?.heads ?? []) {
    const later = after.heads.find(({ writer, spool }) => writer === head.writer && spool === head.spool);
    if (later === undefined || later.sequence < head.sequence) {
      throw fault(after.number, `it has fewer records of ${head.writer} than the one before it`);
    }
  }
}

/**
 * What the ledger had when it signed cannot be called missing later. A chain is whole up to its head, but for the gaps
 * that are signed with it: whoever deletes records in its middle cannot pass them off as a gap.
 */
function requireNeverKept(before: VerifiedCheckpoint | undefined, { number, heads, gaps }: VerifiedCheckpoint): void {
  for (const gap of gaps) {
    const isKnown = before?.gaps.some((known) => isSameGap(known, gap)) === true;
    const headBefore = isKnown ? undefined : before?.heads.find((head) => isOfChain(head, gap));
    const head = heads.find((each) => isOfChain(each, gap));
    const had = headBefore !== undefined && headBefore.sequence >= gap.first;
    const has = head !== undefined && gap.first <= head.sequence && head.sequence <= gap.last;
    if (had)
      throw fault(number, `it calls records of ${gap.writer} missing that were there at checkpoint ${number - 1}`);
    if (has) throw fault(number, `it calls records of ${gap.writer} missing, and has them`);
  }
}

function isOfChain(head: Pick<LedgerGap, 'writer' | 'spool'>, gap: LedgerGap): boolean {
  return head.writer === gap.writer && head.spool === gap.spool;
}

function isSameGap(known: LedgerGap, gap: LedgerGap): boolean {
  return isOfChain(known, gap) && known.first === gap.first && known.last === gap.last;
}

function fault(number: number, detail: string): LedgerFaultError {
  return new LedgerFaultError({ kind: 'checkpoint', number, detail });
}
