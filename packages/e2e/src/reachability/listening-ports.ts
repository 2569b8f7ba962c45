const listening = '0A';
/** As the kernel writes them: 127.x.x.x with its bytes turned round, and ::1 in four such words. */
const loopback = /^([0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/** The ports at which somebody listens who can be reached from outside, out of the kernel's tables `tcp` and `tcp6`. */
export function listeningPorts(...tables: readonly string[]): number[] {
  const ports = tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      return state === listening && !loopback.test(address) ? [Number.parseInt(port, 16)] : [];
    }),
  );
  return [...new Set(ports)].toSorted((a, b) => a - b);
}
