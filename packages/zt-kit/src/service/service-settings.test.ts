import { expect, test } from 'vitest';
import { parseServiceSettings } from './service-settings.ts';

const env = {
  SPIFFE_ENDPOINT_SOCKET: 'unix:///run/agent.sock',
  LISTEN_ADDRESS: '127.0.0.1:7001',
  SPOOL_DIRECTORY: '/spool',
  IDENTITY_ADDRESS: '127.0.0.1:7002',
};

test('a service without a database needs four settings', () => {
  expect(parseServiceSettings(env)).toEqual({
    socket: 'unix:///run/agent.sock',
    listen: { host: '127.0.0.1', port: 7001 },
    spoolDirectory: '/spool',
    spoolLimitBytes: undefined,
    identityAddress: '127.0.0.1:7002',
    vaultAddress: undefined,
    database: undefined,
  });
});

test('how much may wait for the ledger can be set', () => {
  expect(parseServiceSettings({ ...env, SPOOL_LIMIT_BYTES: '1048576' })).toMatchObject({ spoolLimitBytes: 1_048_576 });
});

test('a service with a database says where that and Vault are', () => {
  const settings = parseServiceSettings({ ...env, VAULT_ADDRESS: 'https://v:8200', DATABASE_ADDRESS: 'db:5432' });
  expect(settings).toMatchObject({ vaultAddress: 'https://v:8200', database: { host: 'db', port: 5432 } });
});

test.each(Object.keys(env))('without %s nothing starts, and the error names it', (name) => {
  expect(() => parseServiceSettings({ ...env, [name]: undefined })).toThrow(name);
});

test.each([
  ['SPIFFE_ENDPOINT_SOCKET', 'tcp://127.0.0.1:1'],
  ['LISTEN_ADDRESS', '127.0.0.1'],
  ['LISTEN_ADDRESS', '127.0.0.1:65536'],
  ['LISTEN_ADDRESS', ':7001'],
  ['SPOOL_DIRECTORY', ''],
  ['SPOOL_LIMIT_BYTES', '0'],
  ['SPOOL_LIMIT_BYTES', 'much'],
  ['VAULT_ADDRESS', 'http://v:8200'],
  ['DATABASE_ADDRESS', 'db'],
])('%s cannot be %s, and the error names the variable only', (name, value) => {
  expect(() => parseServiceSettings({ ...env, [name]: value })).toThrow(name);
  if (value !== '') expect(() => parseServiceSettings({ ...env, [name]: value })).not.toThrow(value);
});
