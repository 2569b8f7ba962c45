import type { ServiceName } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import type { ShopAnswer } from '../shop/shop-client.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { evidenceOf } from './evidence.ts';
import type { World } from './world.ts';

/** One request to the shop, made as a user, and which decision about it is read back. */
export interface ShopPath {
  readonly id: string;
  readonly title: string;
  readonly from: string;
  /** The service whose decision counts. */
  readonly to: ServiceName;
  readonly method: string;
  /** Makes the request that this is about; throws where what came of it is not what has to come. */
  readonly ask: (world: World) => Promise<ShopAnswer>;
}

export interface RefusedShopPath extends ShopPath {
  readonly fault: string;
  readonly code: string;
  /** Empty where the control says yes and the service's own rules, or the form of the request, say no. */
  readonly reasons: readonly string[];
}

/** A path that has to be free all the way. */
export function allowedShopPath(path: ShopPath): Attempt {
  const { id, title, from, to, method, ask } = path;
  return {
    ...{ id, title, from, to, method, fault: 'none', expected: { code: 'OK', reasons: [] } },
    async run(world): Promise<Evidence> {
      const answer = await ask(world);
      const record = (await world.ledger.trace(answer.traceId)).find((found) => found.method === method) ?? null;
      const code = record?.allowed === true ? 'OK' : String(answer.status);
      return evidenceOf({ code, message: JSON.stringify(answer.body) }, to, record);
    },
  };
}

/** A path that has to end at `to`: whatever lies behind it must not have been asked. */
export function refusedShopPath(path: RefusedShopPath): Attempt {
  const { id, title, from, to, method, fault, code, reasons, ask } = path;
  return {
    ...{ id, title, from, to, method, fault, expected: { code, reasons } },
    async run(world): Promise<Evidence> {
      const answer = await ask(world);
      const trace = await world.ledger.trace(answer.traceId);
      const decides = (record: DecisionRecord) =>
        record.service === world.spiffeId(to) && record.method === method && record.allowed === (reasons.length === 0);
      const reached = trace.filter(({ service }) => !upTo(to).some((each) => world.spiffeId(each) === service));
      const status = String(answer.status);
      const told =
        reached.length === 0 ? status : `${status}, and ${reached.map((record) => record.method).join()} ran`;
      return evidenceOf({ code: told, message: String(answer.body.detail) }, to, trace.find(decides) ?? null);
    },
  };
}

/** The services that a request may have passed where it ends at this one. */
function upTo(to: ServiceName): readonly ServiceName[] {
  return to === 'gateway' ? ['gateway'] : ['gateway', 'identity', to];
}

/** Throws in words where something is not as it has to be. */
export function hold(condition: boolean, words: string, answer?: ShopAnswer): void {
  if (!condition)
    throw new Error(answer === undefined ? words : `${words}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
