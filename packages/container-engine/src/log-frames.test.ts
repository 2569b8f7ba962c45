import { expect, test } from 'vitest';
import { createLogFrames } from './log-frames.ts';

const time = '2026-11-23T14:42:30.123456789Z';
const head = (stream: number, length: number): number[] => [stream, 0, 0, 0, 0, 0, length >> 8, length & 0xff];
const frame = (stream: number, text: string): Buffer => {
  const content = Buffer.from(`${time} ${text}`);
  return Buffer.concat([Buffer.from(head(stream, content.length)), content]);
};

test('a log is taken apart however it was cut on its way', () => {
  const whole = Buffer.concat([frame(1, 'größer\n'), frame(2, 'trouble\n')]);
  const frames = createLogFrames();
  const found = Array.from(whole, (byte) => frames.push(Buffer.from([byte]))).flat();
  expect(found.map(({ stream, time, text }) => [stream, time, text.toString()])).toEqual([
    ['stdout', time, 'größer\n'],
    ['stderr', time, 'trouble\n'],
  ]);
});

test('what is no log of this form is refused, and so is a piece of any length', () => {
  expect(() => createLogFrames().push(Buffer.from('plain text of a terminal'))).toThrow('no form that is known');
  expect(() => createLogFrames().push(Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]))).toThrow('too long');
});
