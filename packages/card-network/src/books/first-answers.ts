import { createHash } from 'node:crypto';
import type { Ledger } from './ledger.ts';

/** What a merchant was told the first time. */
export interface Answer {
  readonly status: 200 | 201 | 402 | 409;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers by idempotency key, kept for good. */
export interface FirstAnswers {
  /**
   * Does the work and keeps its answer in one transaction, or gives the answer that the key got before. Null where the
   * key came with another request then.
   */
  once(key: string, request: string, work: () => Answer): Answer | null;
}

interface AnswerRow {
  readonly request_sha256: Uint8Array;
  readonly status: Answer['status'];
  readonly body: string;
}

export function createFirstAnswers(ledger: Ledger): FirstAnswers {
  const { database } = ledger;
  database.exec(`create table if not exists first_answers (
    idempotency_key text primary key, request_sha256 blob not null, status integer not null, body text not null
  ) strict`);
  const find = database.prepare('select request_sha256, status, body from first_answers where idempotency_key = ?');
  const keep = database.prepare('insert into first_answers values (?, ?, ?, ?)');
  return {
    once: (key, request, work) =>
      ledger.transaction(() => {
        const digest = createHash('sha256').update(request).digest();
        const first = find.get(key) as unknown as AnswerRow | undefined;
        if (first === undefined) {
          const answer = work();
          keep.run(key, digest, answer.status, JSON.stringify(answer.body));
          return answer;
        }
        if (!digest.equals(first.request_sha256)) return null;
        return { status: first.status, body: JSON.parse(first.body) as Answer['body'] };
      }),
  };
}
