import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { drain, listen } from './public-listener.ts';

test('a request that is under way is answered, and new ones are not taken', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const server = createServer(async (_, response) => {
    arrive();
    await mayAnswer;
    response.end('done');
  });
  await listen(server, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const response = fetch(url);
  await arrived;
  const drained = drain(server);
  await expect(fetch(url)).rejects.toThrow();
  answer();
  expect(await (await response).text()).toBe('done');
  await drained;
});

test('an address that is not free is an error', async () => {
  const first = createServer();
  await listen(first, { host: '127.0.0.1', port: 0 });
  const { port } = first.address() as AddressInfo;
  await expect(listen(createServer(), { host: '127.0.0.1', port })).rejects.toThrow('EADDRINUSE');
  first.close();
  await once(first, 'close');
});
