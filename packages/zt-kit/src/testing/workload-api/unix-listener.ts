import { once } from 'node:events';
import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname, isAbsolute } from 'node:path';
import { abruptEndOf } from '../abrupt-end.ts';

/** A server on a Unix socket whose connections can be broken off, as those of a process that dies. */
export interface UnixListener {
  close(): Promise<void>;
}

/** Of `sun_path` on macOS, which has the shortest, with its end. */
const longestPathBytes = 103;

/** Makes a folder that nobody but its owner may enter, or throws where there is one that others may. */
export async function makePrivateFolder(directory: string): Promise<void> {
  if (!isAbsolute(directory)) throw new TypeError('listens on Unix sockets only, in a folder named from the root');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Not what a link leads to: whoever made it may lead it elsewhere.
  const { mode, uid } = await lstat(directory);
  if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) {
    throw new Error('the folder of the sockets has to be private: mode 0700, and owned by who starts the server');
  }
}

export async function listenOnUnixSocket(
  path: string,
  onConnection: (connection: Socket) => void,
): Promise<UnixListener> {
  if (Buffer.byteLength(path) > longestPathBytes) {
    throw new TypeError(`the path of a Unix socket may have ${longestPathBytes} bytes: choose a shorter folder`);
  }
  await makePrivateFolder(dirname(path));
  const server = createServer((connection) => {
    connection.on('error', () => connection.destroy());
    onConnection(connection);
  });
  const close = abruptEndOf(server);
  // A process that was killed leaves its socket behind.
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return { close };
}
