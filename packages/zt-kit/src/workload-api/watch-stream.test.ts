import { PassThrough } from 'node:stream';
import { type ClientReadableStream, status } from '@grpc/grpc-js';
import { afterEach, expect, test, vi } from 'vitest';
import { type StreamEvent, watchStream } from './watch-stream.ts';

/** As much of a gRPC stream as is read here; `cancel` keeps what is buffered, as the real one does. */
class Stream extends PassThrough {
  cancelled = false;

  constructor() {
    super({ objectMode: true });
  }

  cancel(): void {
    this.cancelled = true;
  }
}

const stop = new AbortController();
const streams: Stream[] = [];
const events: StreamEvent<string>[] = [];
let onEvent: (event: StreamEvent<string>) => void = () => {};

const watching = watchStream<string>({
  open() {
    const stream = new Stream();
    streams.push(stream);
    return stream as unknown as ClientReadableStream<string>;
  },
  onEvent(event) {
    events.push(event);
    onEvent(event);
  },
  silenceMs: (message) => (message === 'short' ? 50 : null),
  signal: stop.signal,
});

afterEach(() => {
  events.length = 0;
  onEvent = () => {};
});

const last = (): Stream => streams.at(-1) ?? expect.fail('no stream is open');

/** Settles when another stream than this one was opened. */
const reopened = (stream: Stream): Promise<boolean> => vi.waitUntil(() => last() !== stream, { timeout: 10_000 });

test('a stream that falls silent for too long after a message is opened anew', async () => {
  const stream = last();
  stream.write('short');
  await reopened(stream);
  expect(stream.cancelled).toBe(true);
  expect(events).toEqual([
    { kind: 'message', message: 'short' },
    { kind: 'lost', detail: 'the stream fell silent' },
  ]);
});

test('a stream that may stay silent is left alone', async () => {
  const stream = last();
  stream.write('short');
  stream.write('a');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(last()).toBe(stream);
});

test('what an ended stream still had to say is not heard', async () => {
  const stream = last();
  onEvent = ({ kind }) => {
    if (kind === 'message') throw new Error('unusable');
  };
  stream.write('a');
  stream.write('b');
  await reopened(stream);
  stream.write('c');
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toEqual([
    { kind: 'message', message: 'a' },
    { kind: 'lost', detail: 'unusable' },
  ]);
});

test('a denial is told from an agent that is gone', async () => {
  const stream = last();
  stream.emit('error', Object.assign(new Error('no'), { code: status.PERMISSION_DENIED }));
  await reopened(stream);
  const next = last();
  next.emit('error', Object.assign(new Error('no'), { code: status.UNAVAILABLE, details: 'gone' }));
  await reopened(next);
  last().end();
  await reopened(last());
  expect(events).toEqual([
    { kind: 'denied' },
    { kind: 'lost', detail: 'gone' },
    { kind: 'lost', detail: 'the agent ended the stream' },
  ]);
});

test('a listener that fails at the end of a stream does not end the watch', async () => {
  const stream = last();
  onEvent = () => {
    throw new Error('the log is full');
  };
  stream.end();
  await reopened(stream);
});

test('once it is stopped the watch is over, and nothing more is heard', async () => {
  const stream = last();
  stop.abort();
  stream.write('late');
  await watching;
  expect(stream.cancelled).toBe(true);
  expect(last()).toBe(stream);
  expect(events).toEqual([]);
});

test('a stream on which nothing comes at all is opened anew, and again', async () => {
  const silent: Stream[] = [];
  const told: StreamEvent<string>[] = [];
  const enough = new AbortController();
  const watched = watchStream<string>({
    open() {
      const stream = new Stream();
      silent.push(stream);
      return stream as unknown as ClientReadableStream<string>;
    },
    onEvent: (event) => told.push(event),
    silenceMs: () => null,
    firstMessageMs: 50,
    signal: enough.signal,
  });
  await vi.waitUntil(() => silent.length > 2, { timeout: 10_000 });
  enough.abort();
  await watched;
  expect(silent[0]?.cancelled).toBe(true);
  expect(told.slice(0, 2)).toEqual([
    { kind: 'lost', detail: 'the agent does not answer' },
    { kind: 'lost', detail: 'the agent does not answer' },
  ]);
});
