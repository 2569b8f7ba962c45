import { idOf } from '@zt/kit/testing';
import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { databaseLoginEvents } from './database-login-events.ts';
import { heldSecrets } from './held-secrets.ts';
import { secretsTable } from './secrets-table.ts';

const process = { name: 'order', state: 'running' as const, pid: 1, ports: [], restarts: 0 };
const lease = (id: string, endsAt: string) => ({ id, holder: 'order', issuedAt: '2026-03-01T12:00:00Z', endsAt });
const secrets = heldSecrets({
  processes: [
    { ...process, svids: [{ spiffeId: idOf('order'), notAfter: '2026-03-01T12:01:00Z' }] },
    { ...process, name: 'postgres', svids: [] },
  ],
  leases: [lease('creds/late', '2026-03-01T12:02:00Z'), lease('creds/early', '2026-03-01T12:00:20Z')],
  logins: [{ leaseId: 'creds/late', login: 'v-order-1' }],
  apiKeys: [{ holder: 'payment', thirdParty: 'card-network', version: 3, createdAt: '2026-03-01T09:00:00Z' }],
});

test('what is held is told by its names: identities, logins with their leases, versions of keys', () => {
  expect(secrets.map(({ kind, holder, name }) => [kind, holder, name])).toEqual([
    ['SVID', 'order', idOf('order')],
    ['database login', 'order', 'creds/early'],
    ['database login', 'order', 'v-order-1, lease creds/late'],
    ['API key', 'payment', 'card-network, version 3'],
  ]);
});

test('the list says until when each is good, and of what has ended that it has', () => {
  const colors = picocolors.createColors(false);
  const style = { colors, verbose: false, timeZone: 'UTC' };
  const lines = secretsTable(secrets, new Date('2026-03-01T12:00:30Z'), style).split('\n');
  expect(lines[1]).toMatch(/^SVID +order +12:01:00 +30 s +spiffe:/);
  expect(lines[2]).toMatch(/^database login +order +12:00:00 +12:00:20 +ended +creds\/early$/);
  expect(lines[4]).toMatch(/^API key +payment +09:00:00 +replaced +card-network, version 3$/);
});

test('logins are found in the log of a service, also where the log was cut', () => {
  const line = JSON.stringify({ event: 'database_login_taken', login: 'v-1', leaseId: 'creds/1' });
  expect(databaseLoginEvents(`{"event":"serving"}\n${line}\n${line.slice(0, 40)}`)).toEqual([
    { login: 'v-1', leaseId: 'creds/1' },
  ]);
});
