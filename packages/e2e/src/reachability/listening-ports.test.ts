import { expect, test } from 'vitest';
import { listeningPorts } from './listening-ports.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, state: string) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 999 0 1 1`;

test('Ports are those at which somebody listens, once each', () => {
  const tcp = [head, line('020012AC:20FB', '0A'), line('030012AC:20FB', '0A'), line('020012AC:9C40', '01')].join('\n');
  const tcp6 = [head, line(`${'0'.repeat(32)}:1538`, '0A'), ''].join('\n');
  expect(listeningPorts(tcp, tcp6)).toEqual([5432, 8443]);
});

test('Whoever listens on loopback only, as the engine’s name server does, cannot be reached', () => {
  const tcp = [head, line('0B00007F:8A35', '0A'), line('0100007F:1F90', '0A')].join('\n');
  const tcp6 = [head, line(`${'0'.repeat(24)}01000000:1F90`, '0A')].join('\n');
  expect(listeningPorts(tcp, tcp6)).toEqual([]);
});

test('A machine without one of the tables has the other', () => {
  expect(listeningPorts([head, line('00000000:1F91', '0A')].join('\n'), '')).toEqual([8081]);
});
