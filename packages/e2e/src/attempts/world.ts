import { randomUUID } from 'node:crypto';
import { accessGraph, ownScopesAlong, type ServiceName, spiffeIdOf } from '@zt/access-graph';
import { decodeJwt } from 'jose';
import type { Caller } from '../caller.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import type { Job, JobResult } from '../probe/job.ts';
import { createProbes } from '../probe/probes.ts';
import { logInAt } from '../shop/log-in-at.ts';
import { createShopClient, type OrderRequest, type ShopAnswer, type ShopClient } from '../shop/shop-client.ts';
import type { StackDescription } from '../stack-description.ts';

/** A running stack as attempts see it: its shop, its ledger, its users, and the power to act as any of its workloads. */
export interface World {
  readonly stack: StackDescription;
  readonly shop: ShopClient;
  readonly ledger: Ledger;
  spiffeId(workload: Caller | 'vault'): string;
  /** A user's access token from a login with a password: the same one for minutes, and always one that goes on counting. */
  tokenOf(user: string): Promise<string>;
  /** One from a login of its own, which the others outlive. */
  newTokenOf(user: string): Promise<string>;
  runAs(workload: Caller | 'nobody', jobs: readonly Job[]): Promise<JobResult[]>;
  /** What a user is called in orders and records; with another issuer, its name and the user's name there. */
  userId(user: string): Promise<string>;
  /** What a workload gets from the token exchange, as a thief inside it would: throws where it is refused. */
  exchangeAs(
    workload: ServiceName,
    subjectToken: string,
    audience: ServiceName,
    scopes: readonly string[],
    traceparent?: string,
  ): Promise<string>;
  /** What a workload gets from identity in its own name, with all that it may ask for or less: throws where it is refused. */
  ownTokenOf(
    workload: Caller,
    audience: ServiceName,
    scopes?: readonly string[],
    traceparent?: string,
  ): Promise<string>;
  /** An order of alice's, placed once, for all attempts that look at what it left behind. */
  placedOrder(): Promise<ShopAnswer>;
  close(): Promise<void>;
}

/** What alice orders: the cheapest thing of the shop. */
export const smallOrder: OrderRequest = {
  lines: [{ sku: 'tea-assam-100g', quantity: 1 }],
  total: { currency: 'EUR', minorUnits: 750 },
};

/** 12,495.00: more than anyone without the role `finance` may order. */
export const largeOrder: OrderRequest = {
  lines: [{ sku: 'espresso-machine', quantity: 5 }],
  total: { currency: 'EUR', minorUnits: 1_249_500 },
};

/** Half of the time for which a token counts. */
const tokenUseMs = 5 * 60 * 1000;

/** Keeps the processes that act as workloads from one path to the next where it is told to: `createProbes` says what for. */
export function createWorld(stack: StackDescription, { keepsProbes }: { readonly keepsProbes: boolean }): World {
  const shop = createShopClient(stack.gatewayUrl, stack.bundleFile);
  const ledger = createLedger(stack);
  const probes = createProbes(stack, { areKept: keepsProbes });
  const logins = new Map<string, { readonly token: Promise<string>; readonly at: number }>();
  let order: Promise<ShopAnswer> | undefined;

  const world: World = {
    stack,
    shop,
    ledger,
    spiffeId: (workload) => spiffeIdOf(accessGraph, workload),
    tokenOf(user) {
      const known = logins.get(user);
      if (known !== undefined && performance.now() - known.at < tokenUseMs) return known.token;
      const token = logInAt(stack, user);
      logins.set(user, { token, at: performance.now() });
      return token;
    },
    newTokenOf: (user) => logInAt(stack, user),
    async userId(user) {
      const { iss = '', sub = '' } = decodeJwt(await world.tokenOf(user));
      return stack.userIssuer === 'own' ? sub : `${iss}#${sub}`;
    },
    runAs: probes.run,
    async exchangeAs(workload, subjectToken, audience, scopes, traceparent) {
      const [result] = await probes.run(workload, [
        {
          kind: 'exchange',
          address: stack.addresses.identity,
          server: world.spiffeId('identity'),
          subjectToken,
          audience: world.spiffeId(audience),
          scopes: [...scopes],
          ...(traceparent === undefined ? {} : { traceparent }),
        },
      ]);
      const token = result?.got.accessToken;
      if (token === undefined) throw new Error(`${workload} got no token for ${audience}: ${result?.message}`);
      return token;
    },
    async ownTokenOf(workload, audience, scopes, traceparent) {
      const [caller, callee] = [world.spiffeId(workload), world.spiffeId(audience)];
      const [result] = await probes.run(workload, [
        {
          kind: 'call',
          method: '/identity.v1.TokenExchangeService/IssueWorkloadToken',
          address: stack.addresses.identity,
          server: world.spiffeId('identity'),
          token: null,
          request: { audience: callee, scopes: scopes ?? ownScopesAlong(accessGraph, caller, callee) ?? [] },
          ...(traceparent === undefined ? {} : { traceparent }),
        },
      ]);
      const token = result?.got.accessToken;
      if (token === undefined) throw new Error(`${workload} got no own token for ${audience}: ${result?.message}`);
      return token;
    },
    placedOrder() {
      order ??= world.tokenOf('alice').then((token) => shop.placeOrder(token, randomUUID(), smallOrder));
      return order;
    },
    async close() {
      await Promise.all([shop.close(), probes.close()]);
    },
  };
  return world;
}
