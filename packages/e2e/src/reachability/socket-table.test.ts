import { expect, test } from 'vitest';
import { parseSocketTables } from './socket-table.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (own: string, state: string, peer = '00000000:0000') =>
  `   0: ${own} ${peer} ${state} 00000000:00000000 00:00000000 00000000 999 0 1 1`;

test('Ports are those at which somebody listens, once each', () => {
  const tcp = [head, line('020012AC:20FB', '0A'), line('030012AC:20FB', '0A'), line('020012AC:9C40', '06')].join('\n');
  const tcp6 = [head, line(`${'0'.repeat(32)}:1538`, '0A'), ''].join('\n');
  expect(parseSocketTables(tcp, tcp6)).toEqual({ listening: [5432, 8443], connections: [] });
});

test('Whoever listens on loopback only, as the engine’s name server does, cannot be reached', () => {
  const tcp = [head, line('0B00007F:8A35', '0A'), line('0100007F:1F90', '0A')].join('\n');
  const tcp6 = [head, line(`${'0'.repeat(24)}01000000:1F90`, '0A')].join('\n');
  expect(parseSocketTables(tcp, tcp6).listening).toEqual([]);
});

test('Connections are known by their two ports', () => {
  const tcp = [head, line('020012AC:20FB', '01', '030012AC:9C40')].join('\n');
  expect(parseSocketTables(tcp, '').connections).toEqual([{ own: 8443, peer: 40000 }]);
});
