import { expect, test } from 'vitest';
import { countRotations } from './rotations.ts';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const line = (event: string, seconds: number) => JSON.stringify({ event, time: at(seconds) });

test('Certificates and logins are counted from one moment up to another', () => {
  const log = [
    line('svid_received', 9),
    line('svid_received', 10),
    line('database_login_taken', 10.5),
    line('database_login_renewed', 11),
    line('svid_received', 19.9),
    line('svid_received', 20),
    line('svid_received', 15).slice(0, -3),
    '',
  ].join('\n');
  expect(countRotations(log, 10_000, 20_000)).toEqual({ svids: 2, logins: 1 });
});
