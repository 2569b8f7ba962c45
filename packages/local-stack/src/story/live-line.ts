import { clearLine, cursorTo } from 'node:readline';

/** A line that changes while one looks on. */
export interface LiveLine {
  update(text: string): void;
  /** Takes the line away, where it was one that changed. */
  end(): void;
}

/** On a terminal the same line over and over; elsewhere, such as in a file, a line of its own every ten seconds. */
export function createLiveLine(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): LiveLine {
  const everyMs = 10_000;
  let next = now() + everyMs;
  const clear = (): void => clearLiveLine(stream);
  return {
    update(text) {
      if (stream.isTTY) {
        clear();
        stream.write(text);
      } else if (now() >= next) {
        next += everyMs;
        stream.write(`${text}\n`);
      }
    },
    end() {
      if (stream.isTTY) clear();
    },
  };
}

/** Before something else is said on a terminal: it would stand behind a line that changes. */
export function clearLiveLine(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  cursorTo(stream, 0);
  clearLine(stream, 0);
}
