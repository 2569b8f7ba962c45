import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenOnUnixSocket, makePrivateFolder } from './unix-listener.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-listener-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('the folder is made for its owner only, and so is the socket', async () => {
  const path = join(directory, 'sockets', 'order.sock');
  const listener = await listenOnUnixSocket(path, () => {});
  expect(await modeOf(join(directory, 'sockets'))).toBe(0o700);
  expect(await modeOf(path)).toBe(0o600);
  await listener.close();
});

test('a folder that others may enter is refused, and is left as it is', async () => {
  await chmod(directory, 0o755);
  await expect(makePrivateFolder(directory)).rejects.toThrow('has to be private');
  expect(await modeOf(directory)).toBe(0o755);
});

test('a link is no private folder: whoever made it could lead it elsewhere', async () => {
  const link = `${directory}-link`;
  await symlink(directory, link);
  await expect(makePrivateFolder(link)).rejects.toThrow('has to be private');
  await rm(link);
});

test.each(['127.0.0.1:8080', 'tcp://127.0.0.1:8080', '[::]:0', 'sockets'])('%s is no place for it', async (place) => {
  await expect(makePrivateFolder(place)).rejects.toThrow('Unix sockets only');
  await expect(listenOnUnixSocket(place, () => {})).rejects.toThrow('Unix sockets only');
});

test('a path that the system would cut off is refused', async () => {
  await expect(listenOnUnixSocket(join(directory, 'x'.repeat(104)), () => {})).rejects.toThrow('may have 103 bytes');
});

test('a socket that a killed process left behind is replaced', async () => {
  const path = join(directory, 'order.sock');
  await writeFile(path, '');
  const listener = await listenOnUnixSocket(path, (connection) => connection.end('here'));
  const [said] = await once(connect(path), 'data');
  expect(String(said)).toBe('here');
  await listener.close();
});

test('closing it breaks the connections that are open', async () => {
  const path = join(directory, 'order.sock');
  const listener = await listenOnUnixSocket(path, () => {});
  const connection = connect(path).resume();
  await once(connection, 'connect');
  const closed = once(connection, 'close');
  await listener.close();
  await closed;
  await expect(once(connect(path), 'connect')).rejects.toMatchObject({ code: 'ENOENT' });
});
