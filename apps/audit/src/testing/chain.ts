import { randomUUID } from 'node:crypto';
import { type ChainLink, chainStart, type DecisionRecord, hashOfLine, lineOf, type RecordBatch } from '@zt/kit/audit';
import { idOf, madeUpRecord } from '@zt/kit/testing';

/** Records of one writer as its spool chains them: `records(3, 5)` are its third to its fifth. */
export function createTestChain(service = idOf('order'), spool: string = randomUUID()) {
  const lines: string[] = [];
  let link: ChainLink = { spool, sequence: 1, previous: chainStart };
  return {
    spool,
    /** Adds a record that is about an order. */
    add(resource: DecisionRecord['resource'] = {}, given: Partial<DecisionRecord> = {}): void {
      const line = lineOf(madeUpRecord({ service, resource, decisionId: randomUUID(), ...given }), link);
      lines.push(line);
      link = { ...link, sequence: link.sequence + 1, previous: hashOfLine(line) };
    },
    line: (sequence: number): string => lines[sequence - 1] ?? '',
    batch(first: number, last: number): RecordBatch {
      return {
        spoolId: spool,
        firstSequence: first,
        lines: lines.slice(first - 1, last).map((line) => Buffer.from(line)),
      };
    },
  };
}

export function chainOf(count: number, service?: string): ReturnType<typeof createTestChain> {
  const chain = createTestChain(service);
  for (let i = 0; i < count; i += 1) chain.add();
  return chain;
}
