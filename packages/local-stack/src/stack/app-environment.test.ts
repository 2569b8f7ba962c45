import { describe, expect, it } from 'vitest';
import type { StackPorts } from '../stack-context.ts';
import { appEnvironment, appNames, portsOf } from './app-environment.ts';

const names = [
  'spireServer',
  'postgres',
  'vault',
  'vaultCluster',
  'gateway',
  'gatewayPublic',
  'order',
  'inventory',
  'payment',
  'identity',
  'identityPublic',
  'audit',
  'dex',
  'paymentPublic',
  'cardNetwork',
  'cardNetworkAdmin',
];
const ports = Object.fromEntries(names.map((name, index) => [name, 1000 + index])) as unknown as StackPorts;
const context = { stateDirectory: '/state', ports, programs: { dex: null } };

describe('the environment of an app', () => {
  it('tells order where it finds everything that it needs, and nothing else', () => {
    expect(appEnvironment(context, 'order', 'unix:///agent.sock')).toEqual({
      SPIFFE_ENDPOINT_SOCKET: 'unix:///agent.sock',
      LISTEN_ADDRESS: '127.0.0.1:1006',
      SPOOL_DIRECTORY: '/state/spool/order',
      IDENTITY_ADDRESS: '127.0.0.1:1009',
      VAULT_ADDRESS: 'https://127.0.0.1:1002',
      DATABASE_ADDRESS: '127.0.0.1:1001',
      INVENTORY_ADDRESS: '127.0.0.1:1007',
      PAYMENT_ADDRESS: '127.0.0.1:1008',
      AUDIT_ADDRESS: '127.0.0.1:1011',
    });
  });

  it('tells every app where its records go, but for the ledger itself', () => {
    const told = appNames.filter((name) => appEnvironment(context, name, '').AUDIT_ADDRESS === '127.0.0.1:1011');
    expect(told).toEqual(appNames.filter((name) => name !== 'audit'));
  });

  it('gives gateway and identity the same issuer', () => {
    const issuers = (['gateway', 'identity'] as const).map((name) => appEnvironment(context, name, '').ISSUER);
    expect(issuers).toEqual(['https://localhost:1010', 'https://localhost:1010']);
  });

  it('tells gateway and identity how to read the tokens of an issuer that is not ours', () => {
    const foreign = { ...context, programs: { dex: '/bin/dex' } };
    const told = appNames.filter((name) => appEnvironment(foreign, name, '').USER_ISSUER_FILE !== undefined);
    expect(told).toEqual(['identity', 'gateway']);
    expect(appEnvironment(context, 'gateway', '').USER_ISSUER_FILE).toBeUndefined();
  });

  it('tells payment alone where the card network is', () => {
    expect(appEnvironment(context, 'payment', '')).toMatchObject({
      PUBLIC_ADDRESS: '127.0.0.1:1013',
      ORDER_ADDRESS: '127.0.0.1:1006',
      CARD_NETWORK_URL: 'https://localhost:1014',
      CARD_NETWORK_CA_FILE: '/state/card-network/authority.pem',
    });
    const told = appNames.filter((name) => appEnvironment(context, name, '').CARD_NETWORK_URL !== undefined);
    expect(told).toEqual(['payment']);
  });

  it('lets no app listen where another does', () => {
    const all = appNames.flatMap((name) => portsOf(name, { kind: 'native', ports }));
    expect(new Set(all).size).toBe(all.length);
    for (const name of appNames)
      expect(appEnvironment(context, name, '').LISTEN_ADDRESS).toBe(`127.0.0.1:${ports[name]}`);
  });
});
