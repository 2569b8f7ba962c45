const established = '01';
const listening = '0A';
/** As the kernel writes them: 127.x.x.x with its bytes turned round, and ::1 in four such words. */
const loopback = /^([0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/** What the kernel's tables `tcp` and `tcp6` say of one network namespace. */
export interface SocketTable {
  /** At which somebody listens who can be reached from outside. */
  readonly listening: readonly number[];
  readonly connections: readonly Connection[];
}

/** The two ends of a connection, by their ports: addresses may have been translated on the way. */
export interface Connection {
  readonly own: number;
  readonly peer: number;
}

export function parseSocketTables(...tables: readonly string[]): SocketTable {
  const sockets = tables.flatMap((table) => table.split('\n')).map((line) => line.trim().split(/\s+/));
  const ports = sockets.flatMap(([, own = '', , state]) =>
    state === listening && !loopback.test(addressOf(own)) ? [portOf(own)] : [],
  );
  const connections = sockets.flatMap(([, own = '', peer = '', state]) =>
    state === established ? [{ own: portOf(own), peer: portOf(peer) }] : [],
  );
  return { listening: [...new Set(ports)].toSorted((a, b) => a - b), connections };
}

function addressOf(end: string): string {
  return end.split(':')[0] ?? '';
}

function portOf(end: string): number {
  return Number.parseInt(end.split(':')[1] ?? '', 16);
}
