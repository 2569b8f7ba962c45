import { expect, test } from 'vitest';
import { createLiveLine } from './live-line.ts';

function fakeStream(isTTY: boolean) {
  const written: string[] = [];
  const stream = {
    isTTY,
    write(text: string) {
      written.push(text);
      return true;
    },
  };
  return { written, stream: stream as unknown as NodeJS.WriteStream };
}

test('On a terminal each update takes the place of the one before, and the end leaves nothing', () => {
  const { written, stream } = fakeStream(true);
  const line = createLiveLine(stream);
  line.update('one');
  line.update('two');
  line.end();
  expect(written.join('').endsWith('\u001b[2K')).toBe(true);
  expect(written.filter((text) => text === 'one' || text === 'two')).toEqual(['one', 'two']);
});

test('In a file there is a line every ten seconds and nothing else', () => {
  let now = 0;
  const { written, stream } = fakeStream(false);
  const line = createLiveLine(stream, () => now);
  for (now = 0; now <= 25_000; now += 500) line.update(`at ${now}`);
  line.end();
  expect(written).toEqual(['at 10000\n', 'at 20000\n']);
});
