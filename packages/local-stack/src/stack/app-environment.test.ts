import { accessGraph, addressVariable, serviceNames, serviceNeeds } from '@zt/access-graph';
import { describe, expect, it } from 'vitest';
import { appEnvironment } from './app-environment.ts';
import { portsOf } from './ports-of-process.ts';
import { madeUpPorts } from './testing/made-up-ports.ts';

const ports = madeUpPorts();
const context = { stateDirectory: '/state', ports, programs: { dex: null } };
const at = (port: number | undefined) => `127.0.0.1:${port}`;
const toldOf = (variable: string, of = context as Parameters<typeof appEnvironment>[0]) =>
  serviceNames.filter((name) => appEnvironment(of, name, '')[variable] !== undefined).toSorted();

describe('the environment of an app', () => {
  it('tells order where it finds everything that it needs, and nothing else', () => {
    const order = accessGraph.services.find(({ name }) => name === 'order') ?? expect.fail('there is no order');
    const { callees } = serviceNeeds(accessGraph, order);
    expect(appEnvironment(context, 'order', 'unix:///agent.sock')).toEqual({
      // Those that somebody added among them.
      ...Object.fromEntries(callees.map((name) => [addressVariable(name), at(ports.grpc[name])])),
      SPIFFE_ENDPOINT_SOCKET: 'unix:///agent.sock',
      LISTEN_ADDRESS: at(ports.grpc.order),
      SPOOL_DIRECTORY: '/state/spool/order',
      IDENTITY_ADDRESS: at(ports.grpc.identity),
      VAULT_ADDRESS: `https://${at(ports.vault)}`,
      DATABASE_ADDRESS: at(ports.postgres),
      INVENTORY_ADDRESS: at(ports.grpc.inventory),
      PAYMENT_ADDRESS: at(ports.grpc.payment),
      AUDIT_ADDRESS: at(ports.grpc.audit),
    });
  });

  it('tells every app where its records go, but for the ledger itself', () => {
    expect(toldOf('AUDIT_ADDRESS')).toEqual(serviceNames.filter((name) => name !== 'audit').toSorted());
  });

  it('tells those without a database of none', () => {
    const without = serviceNames.filter((name) => !toldOf('DATABASE_ADDRESS').includes(name));
    expect(without).toContain('gateway');
    expect(toldOf('VAULT_ADDRESS')).toEqual(toldOf('DATABASE_ADDRESS'));
  });

  it('gives gateway and identity the same issuer', () => {
    const issuers = (['gateway', 'identity'] as const).map((name) => appEnvironment(context, name, '').ISSUER);
    const issuer = `https://localhost:${ports.https.identity}`;
    expect(issuers).toEqual([issuer, issuer]);
  });

  it('tells gateway and identity how to read the tokens of an issuer that is not ours', () => {
    expect(toldOf('USER_ISSUER_FILE', { ...context, programs: { dex: '/bin/dex' } })).toEqual(['gateway', 'identity']);
    expect(toldOf('USER_ISSUER_FILE')).toEqual([]);
  });

  it('tells payment alone where the card network is', () => {
    expect(appEnvironment(context, 'payment', '')).toMatchObject({
      PUBLIC_ADDRESS: at(ports.https.payment),
      ORDER_ADDRESS: at(ports.grpc.order),
      CARD_NETWORK_URL: `https://localhost:${ports.cardNetwork}`,
      CARD_NETWORK_CA_FILE: '/state/card-network/authority.pem',
    });
    expect(toldOf('CARD_NETWORK_URL')).toEqual(['payment']);
  });

  it('lets no app listen where another does', () => {
    const all = serviceNames.flatMap((name) => portsOf(name, { kind: 'native', ports }));
    expect(new Set(all).size).toBe(all.length);
    for (const name of serviceNames)
      expect(appEnvironment(context, name, '').LISTEN_ADDRESS).toBe(at(ports.grpc[name]));
  });
});
