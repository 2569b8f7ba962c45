import { clearLine, cursorTo } from 'node:readline';
import type { OrderOutcome } from './order-client.ts';

/** Says how a run goes: on a terminal with a line that changes each second, elsewhere only by the lines that stay. */
export interface ProgressLine {
  count(outcome: OrderOutcome): void;
  /** A line that stays. */
  print(text: string): void;
  end(): void;
}

export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  const counts = { confirmed: 0, rejected: 0, failed: 0 };
  const startedAt = performance.now();

  function clear(): void {
    if (!stream.isTTY) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
  }

  function draw(): void {
    clear();
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    stream.write(`${seconds} s  placed ${counts.confirmed}  rejected ${counts.rejected}  failed ${counts.failed}`);
  }

  const timer = stream.isTTY ? setInterval(draw, 1_000) : undefined;
  return {
    count({ kind }) {
      counts[kind] += 1;
    },
    print(text) {
      clear();
      stream.write(`${text}\n`);
    },
    end() {
      clearInterval(timer);
      clear();
    },
  };
}
