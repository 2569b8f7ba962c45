import { randomUUID } from 'node:crypto';
import { type ChainLink, chainStart, hashOfLine, lineOf, parseLine } from '@zt/kit/audit';
import type { X509Svid } from '@zt/kit/identity';
import { createTestCertificateAuthority, idOf, madeUpRecord } from '@zt/kit/testing';
import { CompactSign } from 'jose';
import type { LedgerExport } from '../ledger-export.ts';

export const signer = idOf('audit');
export const authority = await createTestCertificateAuthority('zt.example');
const svid = await authority.issueSvid({ spiffeId: signer });
export const trust = { signer, bundle: authority.bundle };

/** Records of one writer, each chained to the one before; `from` goes on where other lines end. */
export function chainOf(writer: string, count: number, from: readonly string[] = []): string[] {
  const lines = [...from];
  const last = from.at(-1);
  const spool = last === undefined ? randomUUID() : parseLine(last).chain.spool;
  let link: ChainLink = {
    spool,
    sequence: from.length + 1,
    previous: last === undefined ? chainStart : hashOfLine(last),
  };
  for (let i = 0; i < count; i += 1) {
    const line = lineOf(madeUpRecord({ service: idOf(writer), decisionId: randomUUID() }), link);
    lines.push(line);
    link = { ...link, sequence: link.sequence + 1, previous: hashOfLine(line) };
  }
  return lines;
}

/** What a checkpoint says of chains that end there. */
export function headsOf(...chains: readonly (readonly string[])[]) {
  return chains.flatMap((lines) => {
    const last = lines.at(-1);
    if (last === undefined) return [];
    const { service, chain } = parseLine(last);
    return [{ writer: service, spool: chain.spool, sequence: chain.sequence, hash: hashOfLine(last) }];
  });
}

/** Signs a checkpoint as `apps/audit` does; anything in it may be given otherwise. */
export async function checkpoint(
  number: number,
  previous: string | null,
  heads: readonly object[],
  given: {
    readonly svid?: X509Svid;
    readonly typ?: string;
    readonly time?: string;
    readonly gaps?: readonly object[];
  } = {},
): Promise<string> {
  const { svid: by = svid, typ = 'checkpoint+jws', time = new Date().toISOString(), gaps = [] } = given;
  const body = {
    version: 1,
    number,
    time,
    previous: previous === null ? chainStart : hashOfLine(previous),
    heads,
    gaps,
  };
  return await new CompactSign(new TextEncoder().encode(JSON.stringify(body)))
    .setProtectedHeader({ alg: 'ES256', typ, x5c: by.certificates.map(({ raw }) => raw.toString('base64')) })
    .sign(by.privateKey);
}

/** Two chains of five records: the third and the fifth of each are signed. */
export const order = chainOf('order', 5);
export const payment = chainOf('payment', 5);
const first = await checkpoint(1, null, headsOf(order.slice(0, 3), payment.slice(0, 3)));
export const checkpoints = [first, await checkpoint(2, first, headsOf(order, payment))] as const;

export function exportOf(given: Partial<LedgerExport> = {}): LedgerExport {
  return {
    time: '2026-03-01T12:00:00Z',
    trustDomain: 'zt.example',
    checkpoints,
    lines: [...order, ...payment],
    ...given,
  };
}
